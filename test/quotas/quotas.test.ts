import { synthesizeSystem } from '../../scripts/cost/synthesis';
import { readConfiguration } from '../../stages/configuration';
import { systems } from '../../stages/systems';
import { measure, type Measured } from './measures';
import { quotas, type Quota, type QuotaName } from './quotas';
import { rendered } from './rendered';
import { twentyFive } from './twenty-five';

const all: Record<QuotaName, Quota> = quotas;
const share = ({ quota, value }: Measured) => value / all[quota].limit;
/** A system without such a resource uses nothing. */
const shareOf = (found: Measured[], quota: string) => found.filter((m) => m.quota === quota).map(share)[0] ?? 0;
const above = (measured: Measured[], most: number) =>
  measured
    .filter((one) => share(one) > (all[one.quota].bounded ? 1 : most))
    .map((one) => `${one.quota}: ${one.value} of ${all[one.quota].limit}, at ${one.where}`);

const measured = new Map(
  [...systems, twentyFive].map((system) => [system.name, measure(synthesizeSystem(system, readConfiguration()))]),
);

/** Percent of each quota that some system uses two fifths of, the most used first. */
function table(): string {
  const columns = [...measured.keys()];
  const rows = Object.keys(quotas)
    .map((quota) => ({ quota, shares: columns.map((s) => shareOf(measured.get(s)!, quota)) }))
    .filter(({ shares }) => Math.max(...shares) >= 0.4)
    .sort((a, b) => b.shares.at(-1)! - a.shares.at(-1)!);
  const line = (title: string, cells: string[]) => title.padEnd(60) + cells.map((c) => c.padStart(18)).join('');
  return [
    line('Percent of the quota', columns),
    ...rows.map(({ quota, shares }) =>
      line(
        quota,
        shares.map((s) => `${Math.round(s * 100)}`),
      ),
    ),
  ].join('\n');
}
beforeAll(() => process.stdout.write(`\n${table()}\n`));

test.each(systems.map(({ name }) => name))('%s uses at most 70 %% of any quota', (name) => {
  expect(above(measured.get(name)!, 0.7)).toEqual([]);
});

test('every quota is measured somewhere', () => {
  const found = new Set([...measured.values()].flat().map(({ quota }) => quota as string));
  expect(Object.keys(quotas).filter((quota) => !found.has(quota))).toEqual([]);
});

describe('25 services', () => {
  const found = measured.get(twentyFive.name)!;
  const quotasAbove = (most: number) => above(found, most).map((text) => text.split(':').slice(0, 2).join(':'));

  test('come near these first: the pipeline, its resources and the roles that know every service', () => {
    expect(quotasAbove(0.7)).toEqual(
      expect.arrayContaining([
        'CodePipeline: actions in a stage',
        'CloudFormation: resources in a template',
        'IAM: characters of the inline policies of a role',
      ]),
    );
  });
  test('leave half of the load balancer', () => {
    const balancer = found.filter(({ quota }) => quota.startsWith('ALB:') && !all[quota].bounded);
    expect(Math.max(...balancer.map(share))).toBeLessThanOrEqual(0.5);
  });
});

test('a stage with an action too many is told, and where it is', () => {
  const action = { Name: 'deploy', Configuration: { Text: 'x'.repeat(1001) } };
  const stages = [{ Name: 'dev', Actions: Array(51).fill(action) }];
  const pipeline = { Type: 'AWS::CodePipeline::Pipeline', Properties: { Stages: stages } };
  const wrong = measure({
    environments: [],
    pipeline: { name: 'delivery', template: { Resources: { pipeline } }, text: '' },
  });
  expect(above(wrong, 1)).toEqual([
    'CodePipeline: actions in a stage: 51 of 50, at dev',
    'CodePipeline: characters of an action configuration value: 1001 of 1000, at dev/deploy/Text',
  ]);
});

test('references count as long as what they stand for', () => {
  expect(rendered({ 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'x']] })).toBe('arn:aws:x');
  expect((rendered({ Resource: { 'Fn::GetAtt': ['Group', 'Arn'] } }) as { Resource: string }).Resource).toHaveLength(
    104,
  );
});
