import { everything } from '../core/roles';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { addressBook } from '../../cloud/runtime/address-book';
import { lambda } from '../../cloud/services/lambda';
import { streamsOf } from '../../cloud/services/logs/store';
import type { Values } from '../../cloud/state';
import { call, change, cloudForTest, make } from '../load-balancer/make';

const code = `
let calls = 0;
exports.handler = async (event) => {
  console.log('asked', event.url);
  if (event.fail) throw new TypeError('no such thing');
  if (event.hang) await new Promise(() => setTimeout(() => {}, 60000));
  if (!event.url) return { calls: ++calls, pid: process.pid, greeting: process.env.GREETING };
  try {
    const answer = await fetch(event.url);
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    return { error: error.cause ? error.cause.code : error.message };
  }
};`;

describe('a function', () => {
  let test: ReturnType<typeof cloudForTest>;
  let send: ReturnType<typeof call<LambdaClient>>;
  let resource: Awaited<ReturnType<typeof make>>;
  const role = { Principal: { Service: 'lambda.amazonaws.com' }, Effect: 'Allow', Action: 'sts:AssumeRole' };
  const properties: Values = {
    ...{ FunctionName: 'probe', Runtime: 'nodejs22.x', Handler: 'index.handler', Timeout: 1 },
    Role: 'arn:aws:iam::111111111111:role/probe-role',
    Code: { ZipFile: code },
    Environment: { Variables: { GREETING: 'hello' } },
    VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
  };
  beforeEach(async () => {
    test = cloudForTest();
    send = call(test, lambda, LambdaClient);
    const model = { AssumeRolePolicyDocument: { Statement: [role] }, Policies: [everything] };
    test.env.put({ type: 'AWS::IAM::Role', id: 'probe-role', seed: '', properties: {}, model });
    resource = await make(test.env, lambda, 'AWS::Lambda::Function', properties);
  });
  afterEach(() => test.end());

  async function invoke(event: object) {
    const answer = await send(
      new InvokeCommand({ FunctionName: 'probe', Payload: JSON.stringify(event), LogType: 'Tail' }),
    );
    const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
    return { error: answer.FunctionError, payload: JSON.parse(Buffer.from(answer.Payload!).toString()), log };
  }

  it('runs its handler in one warm process, with its environment, and logs', async () => {
    const [first, second] = [await invoke({}), await invoke({})];
    expect(first.payload).toMatchObject({ calls: 1, greeting: 'hello' });
    expect(second.payload).toEqual({ ...first.payload, calls: 2 });
    expect(first.log).toMatch(/START RequestId: \S+ Version: \$LATEST\nasked undefined\nEND/);
    const [stream] = streamsOf(test.env, '/aws/lambda/probe').values();
    expect(stream?.events.map((e) => e.message)).toContain('asked undefined');
    await change(test.env, lambda, resource, { ...properties, Environment: { Variables: { GREETING: 'again' } } });
    expect((await invoke({})).payload).toMatchObject({ calls: 1, greeting: 'again' });
  });

  it('reaches addresses and names of its VPC, and nothing of this machine', async () => {
    const server = await test.target('10.0.10.4', (_req, res) => void res.end('from the VPC'));
    addressBook(test.env).setName('vpc-1', 'api.payment-dev.internal', ['10.0.10.4']);
    const expected = { status: 200, body: 'from the VPC' };
    expect((await invoke({ url: 'http://10.0.10.4:8080/' })).payload).toEqual(expected);
    expect((await invoke({ url: 'http://api.payment-dev.internal:8080/' })).payload).toEqual(expected);
    const { port } = server.address() as { port: number };
    expect((await invoke({ url: `http://127.0.0.1:${port}/` })).payload).toEqual({ error: 'ECONNREFUSED' });
  });

  it('tells a handler’s error and a timeout as AWS does', async () => {
    expect(await invoke({ fail: true })).toMatchObject({
      error: 'Unhandled',
      payload: { errorType: 'TypeError', errorMessage: 'no such thing' },
    });
    const late = await invoke({ hang: true });
    expect(late).toMatchObject({ error: 'Unhandled', payload: { errorType: 'Sandbox.Timedout' } });
    expect(late.payload.errorMessage).toMatch(/Task timed out after 1\.00 seconds$/);
    expect((await invoke({})).payload).toMatchObject({ calls: 1 });
  });

  it('answers several invocations at once', async () => {
    const answers = await Promise.all([invoke({}), invoke({}), invoke({})]);
    expect(answers.every((a) => a.payload.greeting === 'hello')).toBe(true);
  });

  it('is described, and refused where its role does not let Lambda in', async () => {
    const found = await send(new GetFunctionConfigurationCommand({ FunctionName: resource.model.Arn }));
    expect(found).toMatchObject({
      FunctionName: 'probe',
      State: 'Active',
      Timeout: 1,
      VpcConfig: { SubnetIds: ['subnet-1'] },
    });
    await expect(send(new GetFunctionConfigurationCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const Role = 'arn:aws:iam::111111111111:role/other';
    const refused = make(test.env, lambda, 'AWS::Lambda::Function', { ...properties, FunctionName: 'other', Role });
    await expect(refused).rejects.toThrow('The role defined for the function cannot be assumed by Lambda.');
  });

  it('tells why it cannot start', async () => {
    await change(test.env, lambda, resource, { ...properties, Handler: 'index.missing' });
    expect(await invoke({})).toMatchObject({
      error: 'Unhandled',
      payload: { errorMessage: 'index.missing is undefined or not exported' },
    });
  });
});
