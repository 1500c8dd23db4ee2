import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { local, type Local } from '../core/local';

let here: Local;
let client: sdk.SecretsManagerClient;
let stacks: CloudFormationClient;
beforeAll(async () => {
  here = await local();
  client = new sdk.SecretsManagerClient(here.administrator('111111111111'));
  stacks = new CloudFormationClient(here.administrator('111111111111'));
});
afterAll(() => here.stop());

const value = (SecretId: string, more: object = {}) =>
  client.send(new sdk.GetSecretValueCommand({ SecretId, ...more }));
const describeSecret = (SecretId: string) => client.send(new sdk.DescribeSecretCommand({ SecretId }));
const create = (Name: string, SecretString?: string) =>
  client.send(new sdk.CreateSecretCommand({ Name, SecretString, Tags: [{ Key: 'Team', Value: 'payments' }] }));
const put = (SecretId: string, SecretString: string, more: object = {}) =>
  client.send(new sdk.PutSecretValueCommand({ SecretId, SecretString, ...more }));

const template = (more: object = {}) =>
  JSON.stringify({
    Resources: {
      Generated: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          Name: 'api-credentials-dev',
          GenerateSecretString: {
            SecretStringTemplate: '{"client":"payments"}',
            GenerateStringKey: 'key',
            PasswordLength: 40,
            ExcludePunctuation: true,
          },
          ...more,
        },
      },
      Given: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'given', SecretString: 'as-it-was-given' } },
      Empty: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { Name: 'db-credentials-dev', Description: 'by hand' },
      },
    },
    Outputs: { Arn: { Value: { Ref: 'Generated' } } },
  });

test('a version has a stage: the newest is AWSCURRENT, the one before it AWSPREVIOUS', async () => {
  const { ARN, VersionId: first } = await create('versions', 'one');
  expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:111111111111:secret:versions-[A-Za-z0-9]{6}$/);
  const { VersionId: second } = await put('versions', 'two');
  expect((await value(ARN!)).SecretString).toBe('two');
  expect((await value('versions', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
  expect((await value('versions', { VersionId: first })).VersionStages).toEqual(['AWSPREVIOUS']);
  await put('versions', 'three');
  const listed = await client.send(new sdk.ListSecretVersionIdsCommand({ SecretId: 'versions' }));
  expect(listed.Versions!.map((v) => v.VersionId)).not.toContain(first);
  expect((await describeSecret('versions')).VersionIdsToStages).toMatchObject({ [second!]: ['AWSPREVIOUS'] });
});

test('the same token puts the same value once, and no other', async () => {
  await create('tokens', 'one');
  const token = { ClientRequestToken: '0'.repeat(32) };
  await put('tokens', 'two', token);
  expect((await put('tokens', 'two', token)).VersionId).toBe(token.ClientRequestToken);
  await expect(put('tokens', 'three', token)).rejects.toBeInstanceOf(sdk.ResourceExistsException);
});

test('a pending version is not current until its stage moves', async () => {
  const { VersionId: first } = await create('pending', 'one');
  const { VersionId: next } = await put('pending', 'two', { VersionStages: ['AWSPENDING'] });
  expect((await value('pending')).SecretString).toBe('one');
  const move = { SecretId: 'pending', VersionStage: 'AWSCURRENT', MoveToVersionId: next };
  await expect(client.send(new sdk.UpdateSecretVersionStageCommand(move))).rejects.toThrow(/RemoveFromVersionId/);
  await client.send(new sdk.UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: first }));
  expect((await value('pending')).SecretString).toBe('two');
  expect((await value('pending', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
});

test('finds a secret by name, ARN and ARN without its end, and says which value is missing', async () => {
  const { ARN } = await create('empty');
  expect((await describeSecret(ARN!.slice(0, -7))).Name).toBe('empty');
  await expect(value('empty')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
  });
  await expect(value('nothing')).rejects.toThrow("Secrets Manager can't find the specified secret.");
  // What ends in a hyphen and six characters counts as a whole ARN.
  await create('name-abcdef', 'x');
  await expect(describeSecret('arn:aws:secretsmanager:us-east-1:111111111111:secret:name-abcdef')).rejects.toThrow();
  const other = new sdk.SecretsManagerClient(here.administrator('222222222222'));
  await expect(other.send(new sdk.DescribeSecretCommand({ SecretId: 'empty' }))).rejects.toThrow();
});

test('a deleted secret keeps its name for the recovery window, and can be restored', async () => {
  await create('deleted', 'one');
  const remove = (more: object) => client.send(new sdk.DeleteSecretCommand({ SecretId: 'deleted', ...more }));
  await expect(remove({ RecoveryWindowInDays: 3 })).rejects.toBeInstanceOf(sdk.InvalidParameterException);
  const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
  expect(Math.round((DeletionDate!.getTime() - Date.now()) / 86_400_000)).toBe(7);
  await expect(value('deleted')).rejects.toThrow(/marked for deletion/);
  await expect(create('deleted')).rejects.toThrow(/already scheduled for deletion/);
  await expect(create('versions')).rejects.toBeInstanceOf(sdk.ResourceExistsException);
  const names = async (more: object) =>
    (await client.send(new sdk.ListSecretsCommand(more))).SecretList!.map((secret) => secret.Name);
  const filter = { Filters: [{ Key: 'name' as const, Values: ['del'] }] };
  expect(await names(filter)).toEqual([]);
  expect(await names({ ...filter, IncludePlannedDeletion: true })).toEqual(['deleted']);
  await client.send(new sdk.RestoreSecretCommand({ SecretId: 'deleted' }));
  expect((await value('deleted')).SecretString).toBe('one');
  await remove({ ForceDeleteWithoutRecovery: true });
  await expect(remove({ ForceDeleteWithoutRecovery: true })).resolves.toBeDefined();
  await expect(create('deleted')).resolves.toBeDefined();
});

test('random passwords keep to their rules', async () => {
  const random = async (rules: object) => (await client.send(new sdk.GetRandomPasswordCommand(rules))).RandomPassword!;
  expect(await random({})).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s]).{32}$/);
  expect(await random({ PasswordLength: 8, ExcludePunctuation: true, ExcludeUppercase: true })).toMatch(/^[a-z\d]{8}$/);
  const few = { PasswordLength: 200, ExcludeLowercase: true, ExcludePunctuation: true, ExcludeNumbers: true };
  expect(await random({ ...few, ExcludeCharacters: 'CDEFGHIJKLMNOPQRSTUVWXYZ' })).toMatch(/^[AB]{200}$/);
  await expect(random({ PasswordLength: 3 })).rejects.toBeInstanceOf(sdk.InvalidParameterException);
});

test('a stack’s secrets are generated, given or empty; a value set by hand outlives updates and goes with the stack', async () => {
  const StackName = 'secrets';
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: template() }));
  const generated = (await value('api-credentials-dev')).SecretString!;
  expect(JSON.parse(generated)).toEqual({ client: 'payments', key: expect.stringMatching(/^[A-Za-z0-9]{40}$/) });
  expect((await value('given')).SecretString).toBe('as-it-was-given');
  await expect(value('db-credentials-dev')).rejects.toThrow(/staging label: AWSCURRENT/);
  expect((await describeSecret('db-credentials-dev')).VersionIdsToStages).toBeUndefined();

  await put('db-credentials-dev', 'by hand-set');
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: template({ Description: 'changed' }) }));
  expect((await describeSecret('api-credentials-dev')).Description).toBe('changed');
  expect((await value('api-credentials-dev')).SecretString).toBe(generated);
  const other = { GenerateSecretString: { PasswordLength: 10 } };
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: template(other) }));
  expect((await value('api-credentials-dev')).SecretString).toHaveLength(10);

  const told = await Promise.all([
    stacks.send(new DescribeStacksCommand({ StackName })),
    stacks.send(new DescribeStackResourcesCommand({ StackName })),
    stacks.send(new DescribeStackEventsCommand({ StackName })),
  ]);
  const { SecretString: now } = await value('api-credentials-dev');
  const all = JSON.stringify([told, here.lines, here.cloud.calls]);
  expect([JSON.parse(generated).key, now!, 'by hand-set'].filter((secret) => all.includes(secret))).toEqual([]);

  expect((await value('db-credentials-dev')).SecretString).toBe('by hand-set');
  await client.send(new sdk.DeleteSecretCommand({ SecretId: 'given' }));
  await stacks.send(new DeleteStackCommand({ StackName }));
  const left = await client.send(new sdk.ListSecretsCommand({ IncludePlannedDeletion: true }));
  expect(left.SecretList!.map((s) => s.Name)).not.toEqual(expect.arrayContaining(['given']));
  await expect(create('api-credentials-dev')).resolves.toBeDefined();
});

test('a name that is taken fails the resource, and leaves the secret of that name alone', async () => {
  await create('given', 'somebody’s');
  await stacks.send(new CreateStackCommand({ StackName: 'again', TemplateBody: template({ Name: 'other' }) }));
  const { Stacks } = await stacks.send(new DescribeStacksCommand({ StackName: 'again' }));
  expect(Stacks![0]!.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect((await value('given')).SecretString).toBe('somebody’s');
});
