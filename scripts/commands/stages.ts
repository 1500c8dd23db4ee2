import { type Stage, stageNamed } from '../../promotion/stage';
import { readConfiguration } from '../../stages/configuration';
import { environmentsOf } from '../../stages/environments';
import { systemNamed } from '../../stages/systems';

/**
 * The stage of that environment, or every one of the system where none is named. Throws an error that lists what there is.
 * @param systemName @default the one that configuration.json names
 */
export function stagesNamed(name: string | undefined, systemName?: string): Stage[] {
  if (name) return [stageNamed(name, systemName)];
  const configuration = readConfiguration();
  const system = systemNamed(systemName ?? configuration.system);
  return environmentsOf(configuration, system).map((environment) =>
    stageNamed(environment.name, system.name, configuration),
  );
}
