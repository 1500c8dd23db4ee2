import * as cfn from '@aws-sdk/client-cloudformation';
import { local, type Local } from '../core/local';

let here: Local;
let client: cfn.CloudFormationClient;
beforeAll(async () => {
  here = await local();
  client = new cfn.CloudFormationClient(here.administrator('111111111111'));
});
afterAll(() => here.stop());

const template = (DisplayName: string, more: object = {}) =>
  JSON.stringify({ Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { DisplayName } }, ...more } });
const create = (StackName: string, TemplateBody = template('one')) =>
  client.send(new cfn.CreateStackCommand({ StackName, TemplateBody }));
const statusOf = async (StackName: string) =>
  (await client.send(new cfn.DescribeStacksCommand({ StackName }))).Stacks![0]!.StackStatus;
const prepare = (StackName: string, TemplateBody: string, ChangeSetType: cfn.ChangeSetType = 'UPDATE') =>
  client.send(new cfn.CreateChangeSetCommand({ StackName, ChangeSetName: 'next', ChangeSetType, TemplateBody }));
const look = (StackName: string) => client.send(new cfn.DescribeChangeSetCommand({ StackName, ChangeSetName: 'next' }));
const execute = (StackName: string) =>
  client.send(new cfn.ExecuteChangeSetCommand({ StackName, ChangeSetName: 'next' }));

test('a change set of a new stack: reviewed, executed, gone', async () => {
  await prepare('new', template('one'), 'CREATE');
  expect(await statusOf('new')).toBe('REVIEW_IN_PROGRESS');
  expect(await look('new')).toMatchObject({
    Status: 'CREATE_COMPLETE',
    ExecutionStatus: 'AVAILABLE',
    Changes: [{ ResourceChange: { Action: 'Add', LogicalResourceId: 'T', ResourceType: 'AWS::SNS::Topic' } }],
  });
  const asked = new cfn.GetTemplateCommand({ StackName: 'new', ChangeSetName: 'next' });
  expect((await client.send(asked)).TemplateBody).toBe(template('one'));
  await execute('new');
  expect(await statusOf('new')).toBe('CREATE_COMPLETE');
  await expect(look('new')).rejects.toBeInstanceOf(cfn.ChangeSetNotFoundException);
});

test('a change set without changes fails with the words that its readers know, and cannot be executed', async () => {
  await create('same');
  await prepare('same', template('one'));
  expect(await look('same')).toMatchObject({
    Status: 'FAILED',
    StatusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
    ExecutionStatus: 'UNAVAILABLE',
  });
  await expect(execute('same')).rejects.toBeInstanceOf(cfn.InvalidChangeSetStatusException);
  const remove = new cfn.DeleteChangeSetCommand({ StackName: 'same', ChangeSetName: 'next' });
  await client.send(remove);
  await expect(client.send(remove)).resolves.toBeDefined();
  const update = new cfn.UpdateStackCommand({ StackName: 'same', TemplateBody: template('one') });
  await expect(client.send(update)).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'No updates are to be performed.',
  });
});

test('an unknown resource type is refused before there is a stack', async () => {
  const wrong = template('one', { X: { Type: 'AWS::SNS::Topik' } });
  await expect(prepare('wrong', wrong, 'CREATE')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Template format error: Unrecognized resource types: [AWS::SNS::Topik]',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(statusOf('wrong')).rejects.toMatchObject({ message: 'Stack with id wrong does not exist' });
});

test('an unknown property and a missing required one fail the stack, and the events tell why', async () => {
  await create(
    'bad',
    template('one', { S: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: 'x', Protocoll: 'y' } } }),
  );
  const { StackEvents } = await client.send(new cfn.DescribeStackEventsCommand({ StackName: 'bad' }));
  const failed = StackEvents!.find(
    (event) => event.LogicalResourceId === 'S' && event.ResourceStatus === 'CREATE_FAILED',
  );
  expect(failed!.ResourceStatusReason).toBe(
    'Properties validation failed for resource S with message:\n' +
      '#: extraneous key [Protocoll] is not permitted\n#: required key [Protocol] not found',
  );
  expect(StackEvents![0]).toMatchObject({
    ResourceStatus: 'ROLLBACK_COMPLETE',
    ResourceType: 'AWS::CloudFormation::Stack',
  });
  await expect(prepare('bad', template('one'))).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringMatching(
      /^Stack:arn:aws:cloudformation:.+ is in ROLLBACK_COMPLETE state and can not be updated\.$/,
    ),
  });
});

test('IAM resources need their capability', async () => {
  const role = (more: object) =>
    template('one', { R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, ...more } } });
  const refused = (named: object) => create('iam', role(named)).catch((error) => error);
  expect(await refused({})).toBeInstanceOf(cfn.InsufficientCapabilitiesException);
  expect((await refused({})).message).toBe('Requires capabilities : [CAPABILITY_IAM]');
  expect((await refused({ RoleName: 'r' })).message).toBe('Requires capabilities : [CAPABILITY_NAMED_IAM]');
});

test('termination protection keeps a stack', async () => {
  await create('protected');
  const protect = (EnableTerminationProtection: boolean) =>
    client.send(new cfn.UpdateTerminationProtectionCommand({ StackName: 'protected', EnableTerminationProtection }));
  const remove = () => client.send(new cfn.DeleteStackCommand({ StackName: 'protected' }));
  await protect(true);
  await expect(remove()).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack [protected] cannot be deleted while TerminationProtection is enabled',
  });
  await protect(false);
  await remove();
  await expect(statusOf('protected')).rejects.toMatchObject({ message: 'Stack with id protected does not exist' });
});

test('a stack policy is kept as it was set', async () => {
  await create('policed');
  const StackPolicyBody = JSON.stringify({
    Statement: [{ Effect: 'Deny', Action: 'Update:*', Principal: '*', Resource: '*' }],
  });
  await client.send(new cfn.SetStackPolicyCommand({ StackName: 'policed', StackPolicyBody }));
  const get = new cfn.GetStackPolicyCommand({ StackName: 'policed' });
  expect((await client.send(get)).StackPolicyBody).toBe(StackPolicyBody);
  await client.send(new cfn.UpdateStackCommand({ StackName: 'policed', TemplateBody: template('two') }));
  expect(await statusOf('policed')).toBe('UPDATE_ROLLBACK_COMPLETE');
  const nonsense = new cfn.SetStackPolicyCommand({ StackName: 'policed', StackPolicyBody: '{}' });
  await expect(client.send(nonsense)).rejects.toMatchObject({ name: 'ValidationError' });
});

test('while an update runs, deleting and updating the stack are refused; cancelling takes it back', async () => {
  const cloud = here.cloud;
  await create('busy');
  let waiting = false;
  cloud.resourceTypes.set('AWS::SQS::Queue', {
    created: (_resource, _env, signal) => {
      waiting = true;
      return cloud.clock.sleep(3600_000, signal);
    },
  });
  const began = Date.now();
  const TemplateBody = template('two', { Q: { Type: 'AWS::SQS::Queue' } });
  await client.send(new cfn.UpdateStackCommand({ StackName: 'busy', TemplateBody }));
  expect(Date.now() - began).toBeGreaterThanOrEqual(950);
  expect([waiting, await statusOf('busy')]).toEqual([true, 'UPDATE_IN_PROGRESS']);

  const state = /is in UPDATE_IN_PROGRESS state and can not be updated\.$/;
  await expect(prepare('busy', template('three'))).rejects.toMatchObject({ message: expect.stringMatching(state) });
  await expect(client.send(new cfn.DeleteStackCommand({ StackName: 'busy' }))).rejects.toMatchObject({
    message: expect.stringMatching(/^Stack \[arn:.+\] cannot be deleted while in status UPDATE_IN_PROGRESS$/),
  });
  const cancel = new cfn.CancelUpdateStackCommand({ StackName: 'busy' });
  await client.send(cancel);
  for (let i = 0; i < 100 && (await statusOf('busy')) !== 'UPDATE_ROLLBACK_COMPLETE'; i++) {
    await new Promise((wait) => setTimeout(wait, 5));
  }
  expect(await statusOf('busy')).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(client.send(cancel)).rejects.toMatchObject({ name: 'ValidationError' });
  cloud.resourceTypes.delete('AWS::SQS::Queue');
});

test('exports, imports and resources can be looked at', async () => {
  const Outputs = { Arn: { Value: { Ref: 'T' }, Export: { Name: 'shared' } } };
  const producer = { ...JSON.parse(template('one')), Outputs };
  await create('producer', JSON.stringify(producer));
  await create('consumer', JSON.stringify(JSON.parse(template('x').replace('"x"', '{"Fn::ImportValue":"shared"}'))));
  const { Exports } = await client.send(new cfn.ListExportsCommand({}));
  expect(Exports).toMatchObject([
    { Name: 'shared', Value: expect.stringContaining('arn:aws:sns:us-east-1:111111111111:producer-T-') },
  ]);
  const { Imports } = await client.send(new cfn.ListImportsCommand({ ExportName: 'shared' }));
  expect(Imports).toEqual(['consumer']);
  await client.send(new cfn.DeleteStackCommand({ StackName: 'producer' }));
  const { Stacks } = await client.send(new cfn.DescribeStacksCommand({ StackName: 'producer' }));
  expect(Stacks![0]).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    StackStatusReason: 'Export shared cannot be deleted as it is in use by consumer',
  });
  const { StackResources } = await client.send(new cfn.DescribeStackResourcesCommand({ StackName: 'producer' }));
  expect(StackResources).toMatchObject([
    { LogicalResourceId: 'T', ResourceStatus: 'CREATE_COMPLETE', StackName: 'producer' },
  ]);
});
