import { deploy, remove } from '../../cloud/cloudformation/engine';
import { plan } from '../../cloud/cloudformation/plan';
import { denial } from '../../cloud/cloudformation/stack-policy';
import { told, topic, world } from './world';

const importing = (name: string) => ({
  Resources: { T: topic(undefined, { DisplayName: { 'Fn::ImportValue': name } }) },
});
const exporting = (value: string) => ({
  Resources: { T: topic('t') },
  Outputs: { Name: { Value: value, Export: { Name: 'shared' } } },
});

test('deletion policies; a bucket that is not empty; retaining it', async () => {
  const { env, desired, stack } = await world();
  const a = stack('a');
  const Full = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'full' } };
  await deploy(a, desired({ Resources: { Full, Kept: { ...topic('kept'), DeletionPolicy: 'Retain' } } }));
  env.cloud.bucket('full').set('k', { body: Buffer.from('x'), etag: '', modified: new Date() });
  await remove(a);
  expect([a.status, a.reason]).toEqual(['DELETE_FAILED', 'The following resource(s) failed to delete: [Full]. ']);
  await remove(a, ['Full']);
  expect(a.status).toBe('DELETE_COMPLETE');
  expect(
    env
      .list()
      .map((r) => r.id)
      .sort(),
  ).toEqual(['arn:aws:sns:eu-west-1:123456789012:kept', 'full']);
});

test('UpdateReplacePolicy decides about the predecessor of a replacement', async () => {
  const { env, desired, stack } = await world();
  const a = stack('a');
  const kept = (name: string) => ({ ...topic(name), UpdateReplacePolicy: 'Retain' });
  await deploy(a, desired({ Resources: { Kept: kept('k1'), Gone: topic('g1') } }));
  await deploy(a, desired({ Resources: { Kept: kept('k2'), Gone: topic('g2') } }));
  expect(
    env
      .list()
      .map((r) => r.model.TopicName)
      .sort(),
  ).toEqual(['g2', 'k1', 'k2']);
  expect(told(a)).toContain('DELETE_SKIPPED Kept');
});

test('RetainExceptOnCreate: deleted when its creation is rolled back, kept when the stack is deleted', async () => {
  const { env, desired, stack } = await world();
  const kept = { ...topic('kept'), DeletionPolicy: 'RetainExceptOnCreate' };
  await deploy(
    stack('a'),
    desired({ Resources: { Kept: kept, Bad: { ...topic('b', { Nonsense: 1 }), DependsOn: 'Kept' } } }),
  );
  expect(env.list()).toEqual([]);
  const b = stack('b');
  await deploy(b, desired({ Resources: { Kept: kept } }));
  await remove(b);
  expect(env.list()).toHaveLength(1);
});

test('a change set tells what is retained when it leaves the stack', async () => {
  const { desired, stack } = await world();
  const a = stack('a');
  const retained = (DeletionPolicy?: string) => ({ ...topic(DeletionPolicy ?? 'none'), DeletionPolicy });
  const kinds = ['Retain', 'RetainExceptOnCreate', 'Delete', undefined];
  const Resources = Object.fromEntries(kinds.map((kind) => [`T${kind}`, retained(kind)]));
  await deploy(a, desired({ Resources: { ...Resources, Stays: topic('stays') } }));
  const changes = plan(a, desired({ Resources: { Stays: topic('stays') } }));
  expect(changes.map(({ ResourceChange: c }) => [c!.Action, c!.PolicyAction])).toEqual([
    ...[
      ['Remove', 'Retain'],
      ['Remove', 'Retain'],
    ],
    ...[
      ['Remove', 'Delete'],
      ['Remove', 'Delete'],
    ],
  ]);
});

test('an export in use is neither changed nor removed, and its stack is not deleted', async () => {
  const { desired, stack } = await world();
  const [producer, consumer] = [stack('producer'), stack('consumer')];
  await deploy(producer, desired(exporting('one')));
  await deploy(consumer, desired(importing('shared')));

  await deploy(producer, desired({ Resources: { T: topic('t') } }));
  expect(producer.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const rollback = () => producer.events.filter((e) => e.ResourceStatus === 'UPDATE_ROLLBACK_IN_PROGRESS').at(-1);
  expect(rollback()!.ResourceStatusReason).toBe('Export shared cannot be deleted as it is in use by consumer');
  await deploy(producer, desired(exporting('two')));
  expect(rollback()!.ResourceStatusReason).toBe('Export shared cannot be updated as it is in use by consumer');

  await remove(producer);
  expect(producer.deleted).toBeUndefined();
  expect([producer.status, producer.reason]).toEqual([
    'UPDATE_ROLLBACK_COMPLETE',
    'Export shared cannot be deleted as it is in use by consumer',
  ]);
  await remove(consumer);
  await remove(producer);
  expect(producer.status).toBe('DELETE_COMPLETE');
});

test('an export has one owner, and an import needs one', async () => {
  const { desired, stack } = await world();
  await deploy(stack('first'), desired(exporting('one')));
  const second = stack('second');
  await deploy(second, desired({ ...exporting('one'), Resources: { T: topic('other') } }));
  const rollback = second.events.find((e) => e.ResourceStatus === 'ROLLBACK_IN_PROGRESS')!;
  expect(rollback.ResourceStatusReason).toContain('Export with name shared is already exported by stack first.');
  const lost = stack('lost');
  await deploy(lost, desired(importing('nothing')));
  expect(lost.events.find((e) => e.ResourceStatus === 'CREATE_FAILED')!.ResourceStatusReason).toBe(
    'No export named nothing found',
  );
});

describe('a stack policy', () => {
  const policy = JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: ['Update:Replace', 'Update:Delete'],
        Resource: '*',
        Condition: { StringEquals: { ResourceType: ['AWS::SNS::Topic'] } },
      },
    ],
  });

  test('refuses the replacement and the removal that it denies, and allows the rest', async () => {
    const { env, desired, stack } = await world();
    const a = stack('a');
    await deploy(a, desired({ Resources: { T: topic('one'), Q: { Type: 'AWS::SQS::Queue' } } }));
    a.policy = policy;
    await deploy(a, desired({ Resources: { T: topic('two') } }));
    expect(a.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(a.events.find((e) => e.ResourceStatus === 'UPDATE_FAILED')!.ResourceStatusReason).toBe(
      'Action denied by stack policy: Statement [#2] does not allow [Update:Replace, Update:Delete] for resource [*];',
    );
    await deploy(a, desired({ Resources: { Q: { Type: 'AWS::SQS::Queue' } } }));
    expect(a.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(env.list('AWS::SNS::Topic').map((r) => r.model.TopicName)).toEqual(['one']);
    await deploy(a, desired({ Resources: { T: topic('one', { DisplayName: 'changed' }) } }));
    expect(a.status).toBe('UPDATE_COMPLETE');
    expect(env.list('AWS::SQS::Queue')).toEqual([]);
  });

  test('denies what no statement allows', () => {
    const onlyQueues = JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'Update:*', NotResource: 'LogicalResourceId/T' }],
    });
    expect(denial(onlyQueues, 'Update:Modify', 'Q', 'AWS::SQS::Queue')).toBeUndefined();
    expect(denial(onlyQueues, 'Update:Modify', 'T', 'AWS::SNS::Topic')).toContain('[Update:Modify]');
    expect(denial(undefined, 'Update:Replace', 'T', 'AWS::SNS::Topic')).toBeUndefined();
  });
});
