import { cancelUpdate, continueRollback, deploy, remove } from '../../cloud/cloudformation/engine';
import { HandlerError } from '../../cloud/cloudformation/handler-error';
import { planned, told, topic, world } from './world';

const reasonOf = (events: { ResourceStatus?: string; ResourceStatusReason?: string }[], status: string) =>
  events.find((event) => event.ResourceStatus === status)?.ResourceStatusReason;

test('a failing update takes back what it created, replaced and updated', async () => {
  const { env, desired, stack } = await world();
  const b = stack('b');
  await deploy(b, desired({ Resources: { Keep: topic('keep', { DisplayName: 'one' }), Swap: topic('old') } }));
  const before = env.list().map((r) => [r.id, r.properties]);
  const at = b.events.length;
  const bad = { ...topic('bad', { Nonsense: 1 }), DependsOn: ['Keep', 'Swap', 'Extra'] };
  await deploy(
    b,
    desired({
      Resources: { Keep: topic('keep', { DisplayName: 'two' }), Swap: topic('new'), Extra: topic('extra'), Bad: bad },
    }),
  );
  expect(b.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(
    env
      .list()
      .map((r) => [r.id, r.properties])
      .sort(),
  ).toEqual(before.sort());
  const end = told(b, at).slice(-9);
  expect(end.slice(0, 4)).toEqual([
    'UPDATE_ROLLBACK_IN_PROGRESS b',
    'UPDATE_IN_PROGRESS Keep',
    'UPDATE_COMPLETE Keep',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS b',
  ]);
  expect(end.slice(4, 8).sort()).toEqual([
    'DELETE_COMPLETE Extra',
    'DELETE_COMPLETE Swap',
    'DELETE_IN_PROGRESS Extra',
    'DELETE_IN_PROGRESS Swap',
  ]);
  expect(end[8]).toBe('UPDATE_ROLLBACK_COMPLETE b');
});

test('a failing creation cancels what is under way and deletes in reverse order', async () => {
  const { env, desired, stack } = await world();
  const c = stack('c');
  const bad = topic('bad', { Nonsense: 1, DisplayName: { 'Fn::GetAtt': ['A', 'TopicName'] } });
  await deploy(
    c,
    desired({ Resources: { A: topic('a'), Bad: bad, Slow: topic('slow', { DisplayName: { Ref: 'A' } }) } }),
  );
  expect(c.status).toBe('ROLLBACK_COMPLETE');
  expect(c.resources.get('Slow')!.reason).toBe('Resource creation cancelled');
  expect(reasonOf(c.events, 'ROLLBACK_IN_PROGRESS')).toBe(
    'The following resource(s) failed to create: [Bad, Slow]. Rollback requested by user.',
  );
  expect(env.list()).toEqual([]);
});

test('properties that the type does not have, lacks, or has of another kind fail the resource', async () => {
  const { desired, stack } = await world();
  const d = stack('d');
  const Resources = { S: { Type: 'AWS::SNS::Subscription', Properties: { TopicArm: 'x', FilterPolicyScope: ['y'] } } };
  await deploy(d, desired({ Resources }));
  expect(d.status).toBe('ROLLBACK_COMPLETE');
  expect(reasonOf(d.events, 'CREATE_FAILED')!.split('\n')).toEqual([
    'Properties validation failed for resource S with message:',
    '#: extraneous key [TopicArm] is not permitted',
    '#: required key [Protocol] not found',
    '#: required key [TopicArn] not found',
    '#/FilterPolicyScope: expected type: String, found: JSONArray',
  ]);
});

test('hooks are awaited, told of a rollback with the former resource, and run before a deletion', async () => {
  const calls: string[] = [];
  const slowly = () => new Promise((done) => setTimeout(done, 5));
  const { desired, stack } = await world({
    'AWS::SNS::Topic': {
      async created({ model }) {
        await slowly();
        calls.push(`created ${model.DisplayName}`);
      },
      async updated({ model }, before) {
        await slowly();
        calls.push(`updated ${before.model.DisplayName} to ${model.DisplayName}`);
      },
      async deleted({ type, id, model }, env) {
        await slowly();
        calls.push(`deleted ${model.DisplayName}, still there: ${env.get(type, id) !== undefined}`);
      },
    },
  });
  const e = stack('e');
  await deploy(e, desired({ Resources: { T: topic('t', { DisplayName: 'one' }) } }));
  const bad = { ...topic('bad', { Nonsense: 1 }), DependsOn: 'T' };
  await deploy(e, desired({ Resources: { T: topic('t', { DisplayName: 'two' }), Bad: bad } }));
  await remove(e);
  expect(calls).toEqual(['created one', 'updated one to two', 'updated two to one', 'deleted one, still there: true']);
});

test('a resource whose hook fails is deleted with the rollback', async () => {
  const deleted: string[] = [];
  const { env, desired, stack } = await world({
    'AWS::SNS::Topic': {
      created() {
        throw new HandlerError('NotStabilized', 'it never became healthy');
      },
      deleted: ({ id }) => void deleted.push(id),
    },
  });
  const f = stack('f');
  await deploy(f, desired({ Resources: { T: topic('t') } }));
  expect(reasonOf(f.events, 'CREATE_FAILED')).toMatch(
    /^Resource handler returned message: "it never became healthy" \(RequestToken: .+, HandlerErrorCode: NotStabilized\)$/,
  );
  expect(f.status).toBe('ROLLBACK_COMPLETE');
  expect(deleted).toHaveLength(1);
  expect(env.list()).toEqual([]);
});

test('deleting a stack while it is created cancels what is under way', async () => {
  let waiting: AbortSignal | undefined;
  const { env, cloud, desired, stack } = await world({
    'AWS::SNS::Topic': {
      created(_resource, _env, signal) {
        waiting = signal;
        return cloud.clock.sleep(3600_000, signal);
      },
    },
  });
  const g = stack('g');
  const created = deploy(g, desired({ Resources: { T: topic('t'), Q: { Type: 'AWS::SQS::Queue' } } }));
  while (!waiting) await new Promise((turn) => setImmediate(turn));
  expect(g.status).toBe('CREATE_IN_PROGRESS');
  await remove(g);
  await created;
  expect(waiting.aborted).toBe(true);
  expect(g.status).toBe('DELETE_COMPLETE');
  expect(told(g)).not.toContain('ROLLBACK_IN_PROGRESS g');
  expect(g.events.find((event) => event.ResourceStatus === 'CREATE_FAILED')).toMatchObject({
    LogicalResourceId: 'T',
    ResourceStatusReason: 'Resource creation cancelled',
  });
  expect(env.list()).toEqual([]);
});

test('cancelling an update rolls it back', async () => {
  let waiting: AbortSignal | undefined;
  const { env, cloud, desired, stack } = await world({
    'AWS::SQS::Queue': {
      created(_resource, _env, signal) {
        waiting = signal;
        return cloud.clock.sleep(3600_000, signal);
      },
    },
  });
  const h = stack('h');
  await deploy(h, desired({ Resources: { T: topic('t') } }));
  const updated = deploy(h, desired({ Resources: { T: topic('t'), Q: { Type: 'AWS::SQS::Queue' } } }));
  while (!waiting) await new Promise((turn) => setImmediate(turn));
  cancelUpdate(h);
  await updated;
  expect(h.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(env.list().map((r) => r.type)).toEqual(['AWS::SNS::Topic']);
});

test('a name that the template chose keeps its resource from being replaced', async () => {
  const { env, desired, stack } = await world();
  const i = stack('i');
  const cluster = (DatabaseName: string) => ({
    Type: 'AWS::RDS::DBCluster',
    Properties: { DBClusterIdentifier: 'orders', DatabaseName, Engine: 'aurora-postgresql' },
  });
  await deploy(i, desired({ Resources: { C: cluster('one') } }));
  await deploy(i, desired({ Resources: { C: cluster('other') } }));
  expect(reasonOf(i.events, 'UPDATE_FAILED')).toBe(
    'CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename orders and update the stack again.',
  );
  expect(i.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(env.get('AWS::RDS::DBCluster', 'orders')!.properties.DatabaseName).toBe('one');
});

test('a name that is taken is refused', async () => {
  const { env, desired, stack } = await world();
  await deploy(
    stack('a'),
    desired({ Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'taken' } } } }),
  );
  const second = stack('b');
  await deploy(second, desired({ Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'taken' } } } }));
  expect(reasonOf(second.events, 'CREATE_FAILED')).toContain(
    "Resource of type 'AWS::S3::Bucket' with identifier 'taken' already exists.",
  );
  expect(env.get('AWS::S3::Bucket', 'taken')).toBeDefined();
});

test('change sets tell additions, removals, replacements and what follows from them', async () => {
  const { desired, stack } = await world();
  const j = stack('j');
  const subscription = {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'T' }, Protocol: 'email', Endpoint: 'a@b' },
  };
  const port = (Port: unknown) => ({ Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Port } });
  await deploy(j, desired({ Resources: { T: topic('one'), S: subscription, Gone: topic('gone'), Port: port(80) } }));
  const next = desired({ Resources: { T: topic('two'), S: subscription, More: topic('more'), Port: port('80') } });
  expect(planned(j, next)).toEqual(['Modify T True', 'Modify S Conditional', 'Add More', 'Remove Gone']);
});

test("a stack's tags go to the resources that take tags; a resource's own tag wins", async () => {
  const { desired, stack } = await world();
  const k = stack('k');
  const tags = [
    { Key: 'Team', Value: 'payments' },
    { Key: 'Stage', Value: 'dev' },
  ];
  const Resources = {
    T: topic('t', { Tags: [{ Key: 'Stage', Value: 'own' }] }),
    P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/p', Type: 'String', Value: 'x' } },
    S: { Type: 'AWS::SNS::Subscription', Properties: { TopicArn: { Ref: 'T' }, Protocol: 'email', Endpoint: 'a@b' } },
  };
  await deploy(k, desired({ Resources }, {}, tags));
  const properties = (id: string) => k.resources.get(id)!.resource!.properties;
  expect(properties('T').Tags).toEqual([
    { Key: 'Stage', Value: 'own' },
    { Key: 'Team', Value: 'payments' },
  ]);
  expect(properties('P').Tags).toEqual({ Team: 'payments', Stage: 'dev' });
  expect(properties('S')).not.toHaveProperty('Tags');
  expect(planned(k, desired({ Resources }, {}, [{ Key: 'Team', Value: 'other' }]))).toEqual([
    'Modify T False',
    'Modify P False',
  ]);
});

describe('a rollback that fails', () => {
  /** A stack in UPDATE_ROLLBACK_FAILED: its topic could not be put back. */
  async function failed() {
    const state = { broken: true };
    const { env, desired, stack } = await world({
      'AWS::SNS::Topic': {
        updated({ model }) {
          if (state.broken && model.DisplayName === 'one') throw new Error('it is gone');
        },
      },
    });
    const l = stack('l');
    const named = (DisplayName: string) => ({ T: topic('t', { DisplayName }) });
    await deploy(l, desired({ Resources: named('one') }));
    const Bad = { ...topic('bad', { Nonsense: 1 }), DependsOn: ['T', 'More'] };
    await deploy(l, desired({ Resources: { ...named('two'), More: topic('more'), Bad } }));
    const names = () => env.list().map(({ model }) => model.TopicName);
    return { stack: l, state, names };
  }

  test('leaves the stack in UPDATE_ROLLBACK_FAILED, with what the update made', async () => {
    const { stack: l, names } = await failed();
    expect([l.status, l.reason]).toEqual([
      'UPDATE_ROLLBACK_FAILED',
      'The following resource(s) failed to update: [T].',
    ]);
    expect(l.resources.get('T')).toMatchObject({ status: 'UPDATE_FAILED', reason: 'it is gone' });
    expect(names()).toContain('more');
  });

  test('fails again where nobody mended it, and is continued once somebody has', async () => {
    const { stack: l, state, names } = await failed();
    await continueRollback(l);
    expect(l.status).toBe('UPDATE_ROLLBACK_FAILED');
    state.broken = false;
    await continueRollback(l);
    expect(l.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(l.resources.get('T')).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(names()).toEqual(['t']);
  });

  test('is continued without what is skipped', async () => {
    const { stack: l, names } = await failed();
    await continueRollback(l, ['T']);
    expect(l.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(names()).toEqual(['t']);
  });
});
