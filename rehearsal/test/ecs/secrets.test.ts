import { DescribeTaskDefinitionCommand, ECSClient } from '@aws-sdk/client-ecs';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '../../cloud/cloudformation/provider';
import { authorityFile } from '../../cloud/runtime/certificate-authority';
import { services, tasks } from '../../cloud/services/ecs/state';
import { addSecret, newArn, putValue, secretOf } from '../../cloud/services/secrets-manager';
import type { Environment, Values } from '../../cloud/state';
import { local, type Local } from '../core/local';
import { putRole } from '../core/roles';
import { until } from './fixture';
import { images } from './images-stub';

jest.mock('../../cloud/runtime/images', () => jest.requireActual('./images-stub'));

const account = '111111111111';
const role = `arn:aws:iam::${account}:role/exec`;
let here: Local;
let env: Environment;
let whole: string;
let withKeys: string;

const make = async (type: string, properties: Values, logicalId = type.replaceAll(':', '')) => {
  const resource = create(type, properties, { stackName: 'test', stackId: 'test', logicalId }, env);
  await here.cloud.resourceTypes.get(type)?.created?.(resource, env, here.cloud.signal);
  return resource;
};
const secret = (name: string, string?: string) => {
  const made = addSecret(env, { arn: newArn(env, name), name });
  if (string) putValue(env, made, { string });
  return made.arn;
};

beforeAll(async () => {
  here = await local();
  env = here.cloud.environment(account, 'us-east-1');
  const vpc = await make('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' });
  const subnet = { VpcId: vpc.id, CidrBlock: '10.0.10.0/24', AvailabilityZone: 'us-east-1a' };
  await make('AWS::EC2::Subnet', subnet);
  await make('AWS::ECS::Cluster', { ClusterName: 'main' });
  putRole(env, 'exec', 'ecs-tasks.amazonaws.com');
  await make('AWS::SSM::Parameter', { Name: '/payments/endpoint', Type: 'String', Value: 'db.example.com' });
  whole = secret('api-credentials-dev', 'one-whole-text');
  withKeys = secret('db-credentials-dev', '{"username":"payments","port":5432}');
  const directory = join(here.cloud.directory, 'image');
  mkdirSync(join(directory, 'app'), { recursive: true });
  writeFileSync(
    join(directory, 'app', 'server.js'),
    `const { OWN_FILE, ...rest } = process.env;
     require('node:fs').writeFileSync(OWN_FILE, JSON.stringify(rest));
     setInterval(() => {}, 1000);`,
  );
  images.set('app', directory);
});
afterAll(() => here.stop());

let number = 0;
/** Runs one task with these secrets; its variables, once it has started. */
async function start(secrets: Record<string, string>, more: Values = {}) {
  const id = ++number;
  const file = join(here.cloud.directory, `environment-${id}.json`);
  const definition = await make(
    'AWS::ECS::TaskDefinition',
    {
      Family: `app${id}`,
      Cpu: '256',
      Memory: '512',
      ExecutionRoleArn: role,
      ContainerDefinitions: [
        {
          Name: 'app',
          Image: 'app',
          Environment: [{ Name: 'OWN_FILE', Value: file }],
          Secrets: Object.entries(secrets).map(([Name, ValueFrom]) => ({ Name, ValueFrom })),
        },
      ],
      ...more,
    },
    `Definition${id}`,
  );
  const creation = make(
    'AWS::ECS::Service',
    {
      ServiceName: `app${id}`,
      Cluster: 'main',
      TaskDefinition: definition.id,
      DesiredCount: 1,
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: env.list('AWS::EC2::Subnet').map((s) => s.id) } },
    },
    `Service${id}`,
  ).catch(() => {});
  const own = () => [...tasks(env).values()].filter((task) => task.service.name === `app${id}`);
  const end = async () => {
    await until(() => [...services(env).values()].some((service) => service.name === `app${id}`));
    for (const service of services(env).values()) {
      if (service.name === `app${id}`) Object.assign(service, { status: 'DRAINING' }).wake();
    }
    await creation;
  };
  return { file, own, end, definition: definition.id };
}

async function refusal(secrets: Record<string, string>, more?: Values): Promise<string> {
  const { own, end } = await start(secrets, more);
  // Two: ECS tries again.
  await until(() => own().filter((task) => task.lastStatus === 'STOPPED').length > 1);
  const [first] = own();
  expect(first!.stopCode).toBe('TaskFailedToStart');
  await end();
  return first!.stoppedReason!;
}

test('a task gets whole secrets, keys of them, versions, and parameters by name and ARN, fetched in its execution role', async () => {
  putValue(env, secretOf(env, withKeys), { string: '{"username":"second","port":5433}' });
  const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/payments/endpoint`;
  const { file, own, end, definition } = await start({
    API_SECRET: whole,
    DB_USER: `${withKeys}:username::`,
    DB_PORT: `${withKeys}:port::`,
    FORMER: `${withKeys}:username:AWSPREVIOUS:`,
    BY_NAME: '/payments/endpoint',
    BY_ARN: parameter,
  });
  await until(() => own()[0]?.lastStatus === 'RUNNING');
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
  const variables = JSON.parse(readFileSync(file, 'utf8'));
  expect(variables).toMatchObject({
    API_SECRET: 'one-whole-text',
    DB_USER: 'second',
    DB_PORT: '5433',
    FORMER: 'payments',
    BY_NAME: 'db.example.com',
    BY_ARN: 'db.example.com',
    NODE_EXTRA_CA_CERTS: authorityFile(here.cloud),
  });
  const fetched = here.cloud.calls.filter((call) => ['GetSecretValue', 'GetParameters'].includes(call.operation));
  const session = `arn:aws:sts::${account}:assumed-role/exec/${own()[0]!.id}`;
  expect(fetched.map((call) => call.principalArn)).toEqual(Array(6).fill(session));

  const ecs = new ECSClient(here.administrator(account));
  const told = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: definition }));
  expect(told.taskDefinition!.containerDefinitions![0]!.environment!.map((e) => e.name)).toEqual(['OWN_FILE']);
  expect(JSON.stringify(told)).not.toContain('one-whole-text');
  await end();
});

test('a task whose secret has no value, no such key or no such parameter does not start, says why, and is tried again', async () => {
  const empty = secret('empty-dev');
  const begin =
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed';
  const reasons = await Promise.all([
    refusal({ X: empty }),
    refusal({ X: `${empty.slice(0, -6)}000000` }),
    refusal({ X: `${withKeys}:password::` }),
    refusal({ X: `${whole}:password::` }),
    refusal({ X: `${whole}:password` }),
    refusal({ X: '/payments/nothing' }),
    refusal({ X: whole }, { ExecutionRoleArn: `${role}-not-there` }),
  ]);
  expect(reasons).toEqual([
    expect.stringContaining("can't find the specified secret value for staging label: AWSCURRENT"),
    expect.stringContaining("Secrets Manager can't find the specified secret."),
    expect.stringContaining('did not contain json key password'),
    expect.stringContaining('is not JSON'),
    expect.stringContaining('an invalid ARN format for the AWS Secrets Manager secret was specified'),
    expect.stringContaining(
      'unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /payments/nothing',
    ),
    expect.stringContaining(`ECS was unable to assume the role '${role}-not-there'`),
  ]);
  expect(reasons.slice(0, -1).filter((reason) => !reason.startsWith(begin))).toEqual([]);
  expect(reasons.join()).not.toContain('one-whole-text');
});

test('a revision with secrets needs an execution role', async () => {
  await expect(start({ X: whole }, { ExecutionRoleArn: undefined })).rejects.toThrow(
    /also specify a value for 'executionRoleArn'/,
  );
});
