import type { System } from '../../declarations/system';
import type { Configuration } from '../../stages/configuration';
import { toolingOf } from '../../stages/environments';
import { trafficOf } from './assumptions';
import { environmentLines } from './environment';
import { total, type Line } from './lines';
import { assertPriced } from './price-table';
import { synthesizeEnvironment, synthesizeSystem, type SynthesizedEnvironment } from './synthesis';
import { toolingLines } from './tooling';
import { unpricedTypes } from './unpriced';

/** What something costs a month, line by line. */
export interface Part {
  name: string;
  region: string;
  lines: Line[];
}
export interface Estimate {
  system: string;
  /** The environments in the order of delivery, then the tooling account. */
  parts: Part[];
  /** The first environment as it is, and with the NAT gateways, task sizes and numbers of tasks of the last. */
  saving: { environment: string; sizesOf: string; usd: number; atThose: number };
  /** Types of resources that the estimate does not know. */
  unpriced: string[];
}

/** Estimates what the system costs a month from its synthesized templates. Throws where a region has no prices. */
export function estimate(system: System, configuration: Configuration): Estimate {
  const { environments, pipeline } = synthesizeSystem(system, configuration);
  const stages = environments.map(partOf);
  const shifts = Object.fromEntries(environments.map(({ environment: e }) => [e.name, e.trafficShift]));
  const tooling = {
    name: 'tooling',
    region: toolingOf(configuration, system).region,
    lines: toolingLines(pipeline.template, shifts),
  };
  const parts = [...stages, tooling];
  parts.forEach(({ region }) => assertPriced(region));

  const [first, last] = [environments[0]!.environment, environments.at(-1)!.environment];
  const { natGateways, taskSize, tasks } = last;
  const atThose = partOf(synthesizeEnvironment(system, { ...first, natGateways, taskSize, tasks }, configuration));
  return {
    system: system.name,
    parts,
    saving: {
      environment: first.name,
      sizesOf: last.name,
      usd: total(stages[0]!.lines),
      atThose: total(atThose.lines),
    },
    unpriced: unpricedTypes([pipeline, ...environments.flatMap(({ stacks }) => stacks)].map((s) => s.template)),
  };
}

const partOf = ({ environment: { name, region }, stacks }: SynthesizedEnvironment): Part => ({
  name,
  region,
  lines: environmentLines(
    stacks.map(({ template }) => template),
    trafficOf(name),
  ),
});
