// CloudFormation's spelling of ECS's structures, and ECS's own.
import type { Values } from '../../state';

/** Maps whose keys are the user's. */
const maps = new Set(['DockerLabels', 'Options', 'DriverOpts', 'Labels']);
const numbers = new Set(
  (
    'containerPort hostPort memory memoryReservation cpu startTimeout stopTimeout interval timeout retries startPeriod ' +
    'weight base sizeInGiB maximumPercent minimumHealthyPercent hardLimit softLimit'
  ).split(' '),
);
const spelled: Record<string, string> = { EFSVolumeConfiguration: 'efsVolumeConfiguration' };

/** Properties as the API spells and types them: `ContainerPort: '8080'` is `containerPort: 8080`. */
export function apiShape(value: any, name = ''): any {
  if (Array.isArray(value)) return value.map((item) => apiShape(item));
  if (value && typeof value === 'object') return object(value);
  if (numbers.has(name) && value !== undefined) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

function object(value: Values): Values {
  const entries = Object.entries(value).map(([key, inner]) => {
    const name = spelled[key] ?? key[0]!.toLowerCase() + key.slice(1);
    return [name, maps.has(key) ? inner : texts.has(name) ? inner : apiShape(inner, name)];
  });
  return Object.fromEntries(entries);
}
/** Values that stay text even when they read true or false. */
const texts = new Set(['value', 'key', 'name', 'command', 'entryPoint']);

/** A task definition's own CPU and memory are text, other than a container's. */
export function taskDefinitionShape(properties: Values): Values {
  const { Cpu, Memory, ...rest } = properties;
  const text = (v: unknown) => (v === undefined ? undefined : String(v));
  return { ...apiShape(rest), cpu: text(Cpu), memory: text(Memory) };
}
