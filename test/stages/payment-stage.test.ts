import { declareSystem } from '../../declarations/system';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { stackKinds } from '../../declarations/effective';
import { systems } from '../../stages/systems';
import { ecsPayments } from '../../stages/systems/ecs-payments';
import { synthesizeStages } from '../stacks/stages';
import { environmentNames, environments, resources, synthesize, synthesized, type Template } from '../stacks/support';

const first = synthesized('payment-platform');
const again = synthesizeStages();
const newImages = Object.fromEntries(paymentPlatform.services.map((s, i) => [s.name, 'wxyz'[i]!.repeat(16)]));
const newCode = synthesize({ images: newImages });

test('two synths are byte-identical', () => {
  expect(again.texts).toEqual(first.texts);
});

test.each(systems)('a stage of $name has its stacks, each with its name, in the order of their deploy', (system) => {
  const { templates, stages } = synthesizeStages({ system });
  const [dev] = stages;
  expect(Object.keys(templates.dev!).sort()).toEqual(stackKinds(system).sort());
  expect(dev!.stacks.map((stack) => stack.stackName)).toEqual(
    stackKinds(system).map((kind) => `${system.prefix}-${kind}-dev`),
  );
  expect(dev!.services.map((stack) => stack.service.name)).toEqual(system.services.map((s) => s.name));
  dev!.stacks.forEach((stack, i) => {
    for (const dependency of stack.dependencies)
      expect(dev!.stacks.indexOf(dependency as typeof stack)).toBeLessThan(i);
  });
});

test('which stacks each system has', () => {
  const kinds = (name: string) => Object.keys(synthesized(name).templates.prod!).length;
  expect([...systems].map((s) => [s.name, kinds(s.name)])).toEqual([
    ['payment-platform', 9],
    ['ecs-payments', 6],
    ['payment-processor', 5],
    ['multi-tier', 8],
  ]);
});

test('stacks depend on one another only where one uses what the other made; no service on another', () => {
  const { stacks, services } = again.stages[0]!;
  const dependencies = Object.fromEntries(stacks.map((s) => [s.node.id, s.dependencies.map((d) => d.node.id).sort()]));
  expect(dependencies).toEqual({
    access: [],
    network: [],
    data: ['network'],
    platform: ['network'],
    ...Object.fromEntries(services.map((s) => [s.service.name, ['data', 'network', 'platform']])),
    observability: expect.arrayContaining(['platform']),
  });
});

test('a value in use by another stack is an export, so that it cannot vanish', () => {
  for (const stacks of Object.values(first.texts)) {
    for (const text of Object.values(stacks)) expect(text).not.toContain('Fn::GetStackOutput');
    expect(stacks.platform).toContain('Fn::ImportValue');
  }
});

test('nothing needs an asset: no file but the templates, no custom resource, no code but inline', () => {
  expect(first.fileAssets).toHaveLength(27);
  for (const file of first.fileAssets) expect(file).toMatch(/\.template\.json$/);
  for (const template of all(first.templates)) {
    expect(Object.values(template.Resources).filter(({ Type }) => /^Custom::|CustomResource/.test(Type))).toEqual([]);
    for (const [, { Properties }] of resources(template, 'AWS::Lambda::Function')) {
      expect(String(Properties.Code!.ZipFile).length).toBeLessThanOrEqual(4096);
    }
  }
});

describe.each(environmentNames)('new code in %s', (environment) => {
  const before = first.templates[environment]!;
  const after = newCode.templates[environment]!;

  test.each(['access', 'network', 'data', 'platform', 'observability'])('changes nothing in %s', (kind) => {
    expect(newCode.texts[environment]![kind]).toBe(first.texts[environment]![kind]);
  });

  test.each(Object.keys(newImages))('changes in %s the task definition and the output alone', (kind) => {
    const changed = changedKeys(before[kind]!.Resources, after[kind]!.Resources);
    expect(changed).toEqual(['TaskDefinition']);
    expect(changedKeys(before[kind]!.Outputs, after[kind]!.Outputs)).toEqual(['ImageTag']);
    expect(after[kind]!.Outputs.ImageTag!.Value).toBe(newImages[kind]);
  });

  test('reaches the blue/green service in no way: it refers to nothing that is replaced', () => {
    const service = JSON.stringify(before['payment-api']!.Resources.Service!.Properties);
    expect(service).not.toContain('"Ref":"TaskDefinition"');
    expect(JSON.stringify(before['fraud-detection']!.Resources.Service!.Properties)).toContain(
      '"Ref":"TaskDefinition"',
    );
  });
});

test('a service without an image is an error', () => {
  expect(() => synthesize({ images: { 'payment-api': 'a' } })).toThrow(
    "There is no image of 'fraud-detection': build it, or remove it from system 'payment-platform'",
  );
});

test('a call through the load balancer needs a name for it: an error that says where to put it', () => {
  const [api, fraud, notification] = ecsPayments.services;
  const system = declareSystem({
    ...ecsPayments,
    services: [api!, fraud!, { ...notification!, calls: ['fraud-detection', 'payment-api'] }],
  });
  const dev = environments[0]!;
  expect(() => synthesize({ system, into: [dev] })).toThrow(
    "'notification-service' of system 'ecs-payments' calls 'payment-api' through the load balancer, which has no name in " +
      "'dev': set environments.dev.domainName in configuration.json",
  );
  const named = {
    ...dev,
    certificate: { arn: 'arn:aws:acm:us-east-1:999999999991:certificate/one', domainName: 'pay.example.com' },
  };
  expect(() => synthesize({ system, into: [named] })).not.toThrow();
});

test('environments may have other zones, and other regions than the pipeline', () => {
  const [dev] = environments;
  const elsewhere = { ...dev!, name: 'copy', region: 'eu-west-1', zones: ['b', 'c'] };
  const { templates } = synthesize({ into: [dev!, elsewhere] });
  const zones = resources(templates.copy!.network!, 'AWS::EC2::Subnet').map(([, { Properties }]) =>
    String(Properties.AvailabilityZone),
  );
  expect(new Set(zones)).toEqual(new Set(['eu-west-1b', 'eu-west-1c']));
  const [container] = templates.copy!['payment-api']!.Resources.TaskDefinition!.Properties
    .ContainerDefinitions as unknown as [{ Image: unknown }];
  expect(JSON.stringify(container.Image)).toContain('999999999990.dkr.ecr.us-east-1.');
});

const all = (templates: Record<string, Record<string, Template>>) =>
  Object.values(templates).flatMap((stacks) => Object.values(stacks));

function changedKeys(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const text = (where: object, key: string) => JSON.stringify((where as Record<string, unknown>)[key]);
  return [...keys].filter((key) => text(before, key) !== text(after, key));
}
