import { join } from 'node:path';
import { systems } from '../../stages/systems';
import { type Delivery, deliveryOf, inTemporaryFolder } from '../templates/deliveries';
import { type Finding, findingsIn } from './findings';
import { normalized } from './normalized';
import { type Suppression, suppressions } from './suppressions';

// cdk-nag's packs AwsSolutions and PCI DSS 3.2.1 over every stack of every system in every environment, and over the pipelines.
const found = inTemporaryFolder((folder) =>
  systems.flatMap((system) => {
    const delivery = deliveryOf(system, join(folder, system.name));
    return findingsIn(delivery).map((finding) => ({
      finding,
      delivery,
      ...normalized(finding, delivery),
      in: environmentOf(finding, delivery),
    }));
  }),
);

const isFor = (of: (typeof found)[number]) => (s: Suppression) =>
  s.resource === of.resource && s.rule === of.rule && (!s.only || s.only.includes(of.in ?? ''));
const told = ({ resource, rule }: Suppression | (typeof found)[number]) => `${resource}: ${rule}`;

test('the rules look at all systems, and find what they should', () => {
  // What is public by design is found: the packs do their work.
  const entrances = found.filter(({ rule }) => rule === 'AwsSolutions-EC23');
  expect(entrances).toHaveLength(systems.length * 3);
});

test('every finding, error or warning, is fixed or accepted for a reason of its own', () => {
  const open = found.filter((one) => suppressions.filter(isFor(one)).length !== 1);
  expect([...new Set(open.map((one) => `${told(one)} (${one.finding.severity}, at ${one.finding.path})`))]).toEqual([]);
});

test('nothing is accepted that is not found, in each of the environments that it is accepted for', () => {
  const unused = suppressions.filter((s) =>
    s.only
      ? !s.only.every((name) => found.some((one) => one.in === name && isFor(one)(s)))
      : !found.some((one) => isFor(one)(s)),
  );
  expect(unused.map(told)).toEqual([]);
});

test('what is accepted names one resource and one finding, once, with a reason', () => {
  const names = suppressions.map(told);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  for (const { resource, rule, reason } of suppressions) {
    // A * may only be what was found, between the brackets.
    expect(resource).toMatch(/^[\w.{}/-]+$/);
    expect(rule).toMatch(/^(AwsSolutions|PCI\.DSS\.321)-\w+(\[(Action|Resource)::\S( ?\S)*\])?$/);
    if (/-IAM5/.test(rule)) expect(rule).toContain('[');
    expect(reason.length).toBeGreaterThan(60);
  }
});

test('a rule that cannot read a resource has decided nothing: it is accepted by a test that looks instead', () => {
  const unread = found.filter(({ finding }) => finding.unread);
  expect(new Set(unread.map(told))).toEqual(new Set(suppressions.filter((s) => s.checkedBy).map(told)));
  expect([...new Set(unread.map(told))].sort()).toEqual([
    '{stage}/network/Groups/LoadBalancer/Resource: PCI.DSS.321-EC2RestrictedCommonPorts',
    '{stage}/network/Groups/LoadBalancer/Resource: PCI.DSS.321-EC2RestrictedSSH',
  ]);
});

test('a role that reaches into another environment, or to another service, is a finding of its own', () => {
  const changed = (resource: string, rule: string, from: string | RegExp, to: string) => {
    const one = found.find((f) => f.resource === resource && f.rule === rule && f.finding.rule.match(from))!;
    const finding = { ...one.finding, rule: one.finding.rule.replace(from, to) };
    return suppressions.map((s) => s.rule).includes(normalized(finding, one.delivery).rule);
  };
  const stack = 'AwsSolutions-IAM5[Resource::arn:aws:cloudformation:{region}:{account}:stack/{stack}/*]';
  expect(changed('{stage}/access/protect/Resource', stack, '-dev/', '-dev/')).toBe(true);
  expect(changed('{stage}/access/protect/Resource', stack, '-dev/', '-prod/')).toBe(false);
  expect(changed('{stage}/access/protect/Resource', stack, /:\d{12}:/, ':000000000000:')).toBe(false);
  const taskSets = 'AwsSolutions-IAM5[Resource::arn:aws:ecs:{region}:{account}:task-set/{cluster}/{service}-{stage}/*]';
  const role = '{stage}/{service}/DeploymentGroup/Role/Resource';
  expect(changed(role, taskSets, 'payment-api', 'payment-api')).toBe(true);
  expect(changed(role, taskSets, 'payment-api', 'transaction-processor')).toBe(false);
});

function environmentOf({ path }: Finding, { environments }: Delivery): string | undefined {
  return environments.find(({ name }) => path.split('/')[1] === name)?.name;
}
