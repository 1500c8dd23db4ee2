import { actions, resources } from './actions.json';
import handlers from './handlers.json';

/** A resource of a template, or of a stack. */
export interface AnyResource {
  Type: string;
  Properties?: object;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export type Operation = 'create' | 'read' | 'update' | 'delete';

interface Feature {
  /** @default every type */
  type?: string;
  actions: string[];
  /** One of these properties, at any depth. None: never. */
  needs: string[];
}

const types: Record<string, Partial<Record<Operation, string[]>>> = handlers.types;
const features: Feature[] = handlers['only with'];

/** IAM actions that CloudFormation needs for an operation on the resource. Throws where the type is unknown. */
export function actionsOf(resource: AnyResource, operation: Operation): string[] {
  const known = types[resource.Type];
  if (!known) {
    throw new Error(
      `aws-facts/handlers.json has no ${resource.Type}: add its handlers' permissions from CloudFormation's registry`,
    );
  }
  const uses = usedIn(resource);
  const left = features.filter(
    ({ type, needs }) => (type ?? resource.Type) === resource.Type && !needs.some((n) => uses.has(n)),
  );
  return (known[operation] ?? []).filter((action) => !left.some((feature) => feature.actions.includes(action)));
}

/** Kinds of resources, such as 'ecs:cluster', that a policy can limit the action to. None: it takes '*' only. */
export function kindsOf(action: string): string[] {
  const kinds = (actions as Record<string, string[]>)[action];
  if (kinds) return kinds;
  throw new Error(`aws-facts/actions.json has no ${action}: add it from AWS's Service Authorization Reference`);
}

/** An ARN of the kind: its first own variable is the name, further ones are anything unless given. */
export function arnOf(
  kind: string,
  { account, region }: { account: string; region: string },
  ...names: string[]
): string {
  const format = (resources as Record<string, string>)[kind];
  if (!format) throw new Error(`aws-facts/actions.json has no ARN of ${kind}`);
  const left = [...names];
  return format
    .replace('${Region}', region)
    .replace('${Account}', account)
    .replace(/\$\{\w+\}/g, () => left.shift() ?? '*');
}

/** Names of all properties, at any depth, and the policies. */
function usedIn({ Properties = {}, DeletionPolicy, UpdateReplacePolicy }: AnyResource): Set<string> {
  const found = new Set([`DeletionPolicy:${DeletionPolicy}`, `UpdateReplacePolicy:${UpdateReplacePolicy}`]);
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      found.add(key);
      look(inner);
    }
  };
  look(Properties);
  return found;
}
