import { stackKinds } from '../../declarations/effective';
import { Names } from '../../declarations/names';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { systems } from '../../stages/systems';
import { configuration } from '../stacks/support';
import { type Json, listed, resourcesOf, stagesIn, synthesized, synthesizedAnew } from './support';

// What holds for the pipeline of every system.
const pipelines = new Map(
  systems.map((system) => [
    system.name,
    synthesized({ configuration, context: { system: system.name } }).getStackByName(`${system.prefix}-delivery`),
  ]),
);
const templateOf = (name: string) => pipelines.get(name)!.template as { Resources: Record<string, Json> };
const specsIn = (template: { Resources: Record<string, Json> }) =>
  Object.values(resourcesOf(template, 'AWS::CodeBuild::Project')).map(
    ({ Properties }) => Properties!.Source!.BuildSpec!,
  );

describe.each(systems.map((system) => [system.name, system] as const))('%s', (name, system) => {
  const template = templateOf(name);
  const stages = stagesIn(template);
  const environments = environmentsOf(configuration, system);

  test('has its pipeline where its tooling is', () => {
    expect(pipelines.get(name)!.environment).toMatchObject(toolingOf(configuration, system));
  });

  test('prepares, guards and deploys each of its stacks, in every environment', () => {
    for (const environment of environments) {
      const names = new Names(system, environment);
      const actions = stages.get(environment.name)!.map((action) => action.name);
      const expected = stackKinds(system).flatMap((kind) =>
        ['Prepare', 'guard', 'Deploy'].map((step) => `${names.stack(kind)}.${step}`),
      );
      expect(actions).toEqual(expect.arrayContaining(expected));
      expect(actions.filter((action) => action.includes('.'))).toHaveLength(expected.length);
    }
  });

  test('deploys all its services at once, and one action watches them meanwhile', () => {
    for (const environment of environments) {
      const names = new Names(system, environment);
      const beside = ['watch', ...system.services.map((service) => `${names.stack(service.name)}.Deploy`)];
      const orders = stages
        .get(environment.name)!
        .filter((action) => beside.includes(action.name))
        .map((action) => action.runOrder);
      expect(orders).toHaveLength(beside.length);
      expect(new Set(orders).size).toBe(1);
    }
  });

  test('protects every stack where data is retained', () => {
    const prod = environments.find(({ retainData }) => retainData)!;
    const stacks = stackKinds(system).map((kind) => new Names(system, prod).stack(kind));
    expect(JSON.stringify(template)).toContain(
      JSON.stringify({ Name: 'STACKS', Type: 'PLAINTEXT', Value: stacks.join(' ') }),
    );
  });

  test('guards wait for the secrets that a person sets, and for no others', () => {
    const waits = specsIn(template).filter((spec) => spec.includes('--secret'));
    const external = system.secrets.filter(({ value }) => value === 'external').map((secret) => secret.name);
    const receiving = system.services.filter((service) =>
      Object.values(service.secrets).some((s) => external.includes(s)),
    );
    expect(waits).toHaveLength(receiving.length * environments.length);
  });

  test('has an image repository for each service, with the encryption of the system', () => {
    const repositories = Object.values(resourcesOf(template, 'AWS::ECR::Repository')).map((r) => r.Properties!);
    expect(repositories.map((r) => r.RepositoryName)).toEqual(system.services.map((service) => service.name));
    for (const repository of repositories) {
      expect(repository.EncryptionConfiguration).toEqual({ EncryptionType: system.imageEncryption });
    }
  });

  test('is tagged as the system is', () => {
    const [pipeline] = Object.values(resourcesOf(template, 'AWS::CodePipeline::Pipeline'));
    const tags = Object.fromEntries([...pipeline!.Properties!.Tags!].map(({ Key, Value }) => [Key, Value]));
    expect(tags).toEqual({
      ...system.tags,
      Environment: 'tooling',
      Team: 'payments',
      CostCenter: 'engineering',
      Service: name,
      Name: `${system.prefix}-delivery`,
      ManagedBy: 'cdk',
    });
  });

  test('no role may use a resource * but for what supports none', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy'));
    const statements = policies.flatMap((policy) => [...policy.Properties!.PolicyDocument!.Statement!]);
    const wild = statements.filter(({ Resource }) => listed<unknown>(Resource).includes('*'));
    expect(statements.length).toBeGreaterThan(policies.length);
    expect(wild.flatMap(({ Action }) => listed<string>(Action!))).toEqual(['ecr:GetAuthorizationToken']);
  });

  test('uses at most 70 % of the actions that a stage may have', () => {
    // AWS CodePipeline User Guide, "Quotas in AWS CodePipeline": 50 actions in a stage.
    expect(Math.max(...[...stages.values()].map((actions) => actions.length))).toBeLessThanOrEqual(0.7 * 50);
  });
});

test("payment-processor's guard asks for its credentials by the name that they have in the environment", () => {
  const guards = specsIn(templateOf('payment-processor')).filter((spec) => spec.includes('--secret'));
  for (const environment of ['dev', 'staging', 'prod']) {
    const command = `node programs/change-guard.js --stack payment-processor-payment-processor-${environment} --secret db-credentials-${environment}`;
    expect(guards.filter((spec) => spec.includes(`"${command}"`))).toHaveLength(1);
  }
});

test('a repository is encrypted by KMS where the system says so', () => {
  const [system] = systems;
  const build = jest.requireActual<typeof import('../../stages/systems')>('../../stages/systems');
  const asked = jest.spyOn(build, 'systemNamed').mockReturnValue({ ...system!, imageEncryption: 'KMS' });
  const { template } = synthesizedAnew().getStackByName('payment-delivery');
  asked.mockRestore();
  const repositories = Object.values(resourcesOf(template, 'AWS::ECR::Repository')).map((r) => r.Properties!);
  expect(repositories.map((r) => r.EncryptionConfiguration)).toEqual(
    system!.services.map(() => ({ EncryptionType: 'KMS' })),
  );
});

test('pipelines of systems with different prefixes share no name in one account but those of repositories of equal services', () => {
  const nameProperties = ['Name', 'RoleName', 'LogGroupName', 'ProjectName', 'BucketName', 'AliasName'];
  const namesIn = (name: string) =>
    Object.values(templateOf(name).Resources).flatMap(({ Properties }) =>
      nameProperties
        .map((key) => (Properties as Record<string, unknown> | undefined)?.[key])
        .filter((n) => typeof n === 'string'),
    );
  const different = systems.filter(({ prefix }, i) => systems.findIndex((other) => other.prefix === prefix) === i);
  const all = different.flatMap(({ name }) => namesIn(name));
  expect(different).toHaveLength(3);
  expect(all.length).toBeGreaterThan(3 * 15);
  expect(all.filter((name, i) => all.indexOf(name) < i)).toEqual([]);
});
