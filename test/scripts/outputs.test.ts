import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { stackKinds } from '../../declarations/effective';
import { type Stage, stageNamed } from '../../promotion/stage';
import { outputs } from '../../scripts/outputs';
import { flatOutputs } from '../../scripts/outputs/flat-outputs';
import { commandIn, localCloud } from './command-support';

const cloudFormation = mockClient(CloudFormationClient);
const sts = mockClient(STSClient);
let command: ReturnType<typeof commandIn>;

const absent = Object.assign(new Error('Stack with id x does not exist'), { name: 'ValidationError' });
beforeEach(() => {
  cloudFormation.reset();
  cloudFormation.on(DescribeStacksCommand).rejects(absent);
  sts.reset();
  command = commandIn(outputs);
});
afterEach(() => command.end());

/** Each output tells its stack and its key. */
function told(stack: string, keys: string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, `${stack}/${key}`]));
}
const service = ['ServiceName', 'TaskDefinitionArn', 'LogGroupName', 'RepositoryUri', 'BlueTargetGroupArn'];
const keysOf: Record<string, string[]> = {
  network: ['VpcId'],
  platform: ['ClusterName', 'ClusterArn', 'LoadBalancerDnsName'],
  data: ['DatabaseSecretArn', 'SecretArns'],
};
const outputsOf = ({ system, names }: Stage) =>
  new Map(stackKinds(system).map((kind) => [kind, told(names.stack(kind), keysOf[kind] ?? service)]));

function deployed(environment: string, LastUpdatedTime: Date, system?: string) {
  const stage = stageNamed(environment, system);
  for (const [kind, values] of outputsOf(stage)) {
    const Outputs = Object.entries(values).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    const stack = {
      StackName: kind,
      StackStatus: 'UPDATE_COMPLETE' as const,
      CreationTime: new Date(0),
      LastUpdatedTime,
      Outputs,
    };
    cloudFormation.on(DescribeStacksCommand, { StackName: stage.names.stack(kind) }).resolves({ Stacks: [stack] });
  }
}
const written = (file: string) =>
  JSON.parse(readFileSync(join(command.directory, 'cfn-outputs', file), 'utf8')) as Record<string, string>;
/** Every output that requirements.md names. */
const required = [
  'vpc_id',
  'ecs_cluster_name',
  'ecs_cluster_arn',
  'load_balancer_dns',
  'db_secret_arn',
  'ecs_service_name',
  'ecr_repository_url',
  'ecr_repository_uri',
  'target_group_arn',
  'log_group_name',
  'task_definition_arn',
];

describe('what is written', () => {
  test('one service: no prefix, and the declared secret where there is no database', () => {
    const stage = stageNamed('dev', 'payment-processor');
    const flat = flatOutputs(stage.system, outputsOf(stage));
    expect(Object.keys(flat).sort()).toEqual([...required].sort());
    expect(flat).toMatchObject({
      vpc_id: 'payment-processor-network-dev/VpcId',
      ecs_service_name: 'payment-processor-payment-processor-dev/ServiceName',
      db_secret_arn: 'payment-processor-data-dev/SecretArns',
    });
  });
  test('several services: theirs begin with their names; the database has its own secret; an internal one no target group', () => {
    const stage = stageNamed('dev', 'payment-platform');
    const flat = flatOutputs(stage.system, outputsOf(stage));
    expect(flat).toMatchObject({
      db_secret_arn: 'payment-data-dev/DatabaseSecretArn',
      payment_api_ecs_service_name: 'payment-payment-api-dev/ServiceName',
      payment_api_target_group_arn: 'payment-payment-api-dev/BlueTargetGroupArn',
      payment_api_ecr_repository_url: 'payment-payment-api-dev/RepositoryUri',
      payment_api_ecr_repository_uri: 'payment-payment-api-dev/RepositoryUri',
      fraud_detection_task_definition_arn: 'payment-fraud-detection-dev/TaskDefinitionArn',
    });
    expect(flat).not.toHaveProperty('ecs_service_name');
    expect(flat).not.toHaveProperty('fraud_detection_target_group_arn');
  });
  test('a system with neither database nor secrets has no secret', () => {
    const stage = stageNamed('dev', 'ecs-payments');
    expect(flatOutputs(stage.system, outputsOf(stage))).not.toHaveProperty('db_secret_arn');
  });
  test('an output that a stack does not tell is an error', () => {
    const stage = stageNamed('dev', 'ecs-payments');
    const without = outputsOf(stage);
    delete without.get('network')!.VpcId;
    expect(() => flatOutputs(stage.system, without)).toThrow("The stack for 'network' has no output 'VpcId'");
  });
});

describe('npm run outputs', () => {
  test('one environment: its file, and the flat one', async () => {
    deployed('dev', new Date(2000));
    deployed('staging', new Date(3000));
    const { code, said } = await command.run('--stage dev');
    expect(code).toBe(0);
    expect(said).toBe('Written: cfn-outputs/dev.json, cfn-outputs/flat-outputs.json');
    expect(written('flat-outputs.json')).toEqual(written('dev.json'));
    expect(written('dev.json').vpc_id).toBe('payment-network-dev/VpcId');
    expect(existsSync(join(command.directory, 'cfn-outputs/staging.json'))).toBe(false);
  });
  test('all environments: the flat file is that of the one deployed last', async () => {
    deployed('dev', new Date(3000));
    deployed('staging', new Date(2000));
    const { code, said } = await command.run('');
    expect(code).toBe(0);
    expect(said).toContain('prod is not deployed.');
    expect(written('staging.json').vpc_id).toBe('payment-network-staging/VpcId');
    expect(written('flat-outputs.json')).toEqual(written('dev.json'));
  });
  test('a step asks by its variables, in its role', async () => {
    deployed('dev', new Date(2000), 'payment-processor');
    const variables = { ...localCloud, STAGE: 'dev', SYSTEM: 'payment-processor', STAGE_ROLE_ARN: 'arn:role' };
    expect((await command.run('', variables)).code).toBe(0);
    expect(written('flat-outputs.json').ecs_service_name).toBe('payment-processor-payment-processor-dev/ServiceName');
  });
  test('nothing deployed is a failure, and nothing is written', async () => {
    const { code, said } = await command.run('--stage dev');
    expect({ code, said }).toEqual({
      code: 1,
      said: 'dev is not deployed.\nNothing is deployed of dev: there is nothing to write',
    });
    expect(existsSync(join(command.directory, 'cfn-outputs'))).toBe(false);
  });
  test('a stage of which a stack is missing is a failure that names it', async () => {
    deployed('dev', new Date(2000));
    cloudFormation.on(DescribeStacksCommand, { StackName: 'payment-platform-dev' }).rejects(absent);
    const { code, said } = await command.run('--stage dev');
    expect(code).toBe(1);
    expect(said).toContain('dev: There is no stack payment-platform-dev');
  });
  test('an environment that cannot be read does not keep the others from being written', async () => {
    deployed('dev', new Date(2000));
    cloudFormation.on(DescribeStacksCommand, { StackName: 'payment-network-prod' }).rejects(new Error('Access denied'));
    const { code, said } = await command.run('');
    expect(code).toBe(1);
    expect(said).toContain('prod: Access denied');
    expect(written('flat-outputs.json').vpc_id).toBe('payment-network-dev/VpcId');
  });
});

describe('wrong usage ends with 2 and lists what there is', () => {
  test.each([
    ['--stage test', "There is no environment 'test'. Declared: dev, staging, prod"],
    ['--stage dev --system other', 'Known systems: payment-platform, ecs-payments, payment-processor, multi-tier'],
    ['--stages dev', "Unknown option '--stages'"],
  ])('%s', async (line, says) => {
    const { code, said } = await command.run(line);
    expect(code).toBe(2);
    expect(said).toContain(says);
  });
  test('--help says how', async () => {
    const { code, said } = await command.run('--help');
    expect(code).toBe(0);
    expect(said).toContain('cfn-outputs/flat-outputs.json');
  });
});

test('placeholder accounts are refused away from a local cloud', async () => {
  const { code, said } = await command.run('--stage dev', {});
  expect(code).toBe(1);
  expect(said).toContain('placeholder accounts for dev');
  expect(sts.commandCalls(GetCallerIdentityCommand)).toHaveLength(0);
  expect(sts.commandCalls(AssumeRoleCommand)).toHaveLength(0);
});
