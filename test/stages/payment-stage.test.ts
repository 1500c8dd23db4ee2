import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { declareSystem } from '../../declarations/system';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { environmentNames, environments, resources, synthesize, tags, type Template } from '../stacks/support';

const first = synthesize();
const again = synthesize();
const newCode = synthesize({ images: { 'payment-api': 'c'.repeat(16), 'fraud-detection': 'd'.repeat(16) } });

test('two synths are byte-identical', () => {
  expect(again.texts).toEqual(first.texts);
});

test('a stage has its stacks, each with its name', () => {
  const [dev] = first.stages;
  expect(Object.keys(first.templates.dev!).sort()).toEqual([
    'access',
    'fraud-detection',
    'network',
    'payment-api',
    'platform',
  ]);
  const { access, network, platform, services } = dev!;
  expect([access, network, platform, ...services.map((s) => s.stack)].map((stack) => stack.stackName)).toEqual([
    'payment-access-dev',
    'payment-network-dev',
    'payment-platform-dev',
    'payment-payment-api-dev',
    'payment-fraud-detection-dev',
  ]);
  expect(dev!.services.map((s) => s.declaration.name)).toEqual(['payment-api', 'fraud-detection']);
});

test('stacks depend on one another only where one uses what the other made', () => {
  const { access, network, platform, services } = first.stages[0]!;
  const [api, fraud] = services.map((s) => s.stack);
  const dependencies = (stack: typeof access) => stack.dependencies.map((d) => d.node.id).sort();
  expect(dependencies(access)).toEqual([]);
  expect(dependencies(network)).toEqual([]);
  expect(dependencies(platform)).toEqual(['network']);
  expect(dependencies(fraud!)).toEqual(['network', 'platform']);
  expect(dependencies(api!)).toEqual(['fraud-detection', 'network', 'platform']);
});

test('a value in use by another stack is an export, so that it cannot vanish', () => {
  for (const stacks of Object.values(first.texts)) {
    for (const text of Object.values(stacks)) expect(text).not.toContain('Fn::GetStackOutput');
    expect(stacks.platform).toContain('Fn::ImportValue');
  }
});

test('nothing needs an asset: no file but the templates, no custom resource, no code but inline', () => {
  expect(first.fileAssets).toHaveLength(15);
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

  test.each(['access', 'network', 'platform'])('changes nothing in %s', (kind) => {
    expect(newCode.texts[environment]![kind]).toBe(first.texts[environment]![kind]);
  });

  test.each(['payment-api', 'fraud-detection'])('changes in %s the task definition and the output alone', (kind) => {
    const changed = changedKeys(before[kind]!.Resources, after[kind]!.Resources);
    expect(changed).toEqual(['TaskDefinition']);
    expect(changedKeys(before[kind]!.Outputs, after[kind]!.Outputs)).toEqual(['ImageTag']);
    expect(after[kind]!.Outputs.ImageTag!.Value).toBe(kind === 'payment-api' ? 'c'.repeat(16) : 'd'.repeat(16));
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

test('a system of public services alone needs no right to put rolling ones back', () => {
  const [api] = paymentPlatform.services;
  const system = declareSystem({
    ...paymentPlatform,
    services: [{ ...api!, calls: [], scaling: { ...api!.scaling, requestsPerTarget: undefined } }],
  });
  const { texts, templates } = synthesize({ system, into: [environments[0]!], images: tags });
  expect(texts.dev!.access).not.toContain('iam:PassRole');
  expect(resources(templates.dev!['payment-api']!, 'AWS::ApplicationAutoScaling::ScalingPolicy')).toHaveLength(2);
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

test("CDK's rules for templates find nothing", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', 'tsx/cjs', join(__dirname, 'validate-templates.ts')],
    { env: { ...process.env, CDK_VALIDATION: 'true' }, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

const all = (templates: Record<string, Record<string, Template>>) =>
  Object.values(templates).flatMap((stacks) => Object.values(stacks));

function changedKeys(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const text = (where: object, key: string) => JSON.stringify((where as Record<string, unknown>)[key]);
  return [...keys].filter((key) => text(before, key) !== text(after, key));
}
