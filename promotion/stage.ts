import type { Environment } from '../declarations/environment';
import { Names } from '../declarations/names';
import type { System } from '../declarations/system';
import { type Configuration, readConfiguration } from '../stages/configuration';
import { environmentsOf, toolingOf } from '../stages/environments';
import { systemNamed } from '../stages/systems';

/** What the declarations say of one deployed stage. */
export interface Stage {
  system: System;
  environment: Environment;
  names: Names;
  /** Region of the tooling account, where deliveries are recorded. */
  toolingRegion: string;
}

/**
 * The stage of that environment. Throws an error that lists the declared environments or the known systems.
 * @param systemName which of the systems. @default the one that configuration.json names
 */
export function stageNamed(
  name: string,
  systemName?: string,
  configuration: Configuration = readConfiguration(),
): Stage {
  const system = systemNamed(systemName ?? configuration.system);
  const environments = environmentsOf(configuration, system);
  const environment = environments.find((e) => e.name === name);
  if (!environment) {
    throw new Error(`There is no environment '${name}'. Declared: ${environments.map((e) => e.name).join(', ')}`);
  }
  const { region: toolingRegion } = toolingOf(configuration, system);
  return { system, environment, names: new Names(system, environment), toolingRegion };
}
