import type { Configuration } from '../../stages/configuration';
import { toolingOf } from '../../stages/environments';
import { systemNamed } from '../../stages/systems';
import { synthesizeSystem } from '../cost/synthesis';
import type { Entry } from './places';

/** The accounts of a system's delivery, synthesized. Throws for a name that no system has. */
export function synthesizedEntries(configuration: Configuration, systemName: string): Entry[] {
  const system = systemNamed(systemName);
  const { environments, pipeline } = synthesizeSystem(system, configuration);
  const { account, region } = toolingOf(configuration, system);
  return [
    { name: 'tooling', stacks: [{ ...pipeline, account, region }] },
    ...environments.map(({ environment, stacks }) => ({
      name: environment.name,
      stacks: stacks.map((stack) => ({ ...stack, account: environment.account, region: environment.region })),
    })),
  ];
}
