// What destroying does, step by step, against AWS as its documentation describes it.
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DeleteLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CodeDeployClient,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { BatchDeleteImageCommand, ECRClient, ListImagesCommand } from '@aws-sdk/client-ecr';
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DescribeDBClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteSecretCommand, DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DeleteParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { stageNamed } from '../../promotion/stage';
import { deleteStacks } from '../../scripts/destroy/delete-stacks';
import { stopDeployments } from '../../scripts/destroy/deployments';
import { destroyStage } from '../../scripts/destroy/destroy-stage';
import { endTasks } from '../../scripts/destroy/services';
import { stacksOf } from '../../scripts/destroy/stacks';
import { clientsOf, type Work } from '../../scripts/destroy/work';

const aws = {
  scaling: mockClient(ApplicationAutoScalingClient),
  cloudFormation: mockClient(CloudFormationClient),
  logs: mockClient(CloudWatchLogsClient),
  codeDeploy: mockClient(CodeDeployClient),
  ecr: mockClient(ECRClient),
  ecs: mockClient(ECSClient),
  rds: mockClient(RDSClient),
  s3: mockClient(S3Client),
  secrets: mockClient(SecretsManagerClient),
  ssm: mockClient(SSMClient),
};
const named = (name: string, message = name) => Object.assign(new Error(message), { name });
const stage = stageNamed('dev', 'payment-platform');
let said: string[];
let work: Work;
let now: number;
beforeEach(() => {
  for (const mock of Object.values(aws)) mock.reset();
  said = [];
  now = 0;
  const pace = { seconds: 5, now: () => now, sleep: async (s: number) => void (now += s) };
  work = {
    stage,
    clients: clientsOf({ region: 'us-east-1' }, { region: 'us-east-1' }),
    pace,
    say: (l) => said.push(l),
  };
  nothing();
});

/** An account in which nothing is. */
function nothing() {
  aws.cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [] });
  aws.cloudFormation.on(DescribeStackEventsCommand).resolves({ StackEvents: [] });
  aws.cloudFormation.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });
  aws.scaling.on(DescribeScalableTargetsCommand).resolves({ ScalableTargets: [] });
  aws.codeDeploy.on(ListDeploymentsCommand).rejects(named('ApplicationDoesNotExistException'));
  aws.ecs.on(DescribeServicesCommand).rejects(named('ClusterNotFoundException'));
  aws.ecs.on(ListTaskDefinitionsCommand).resolves({ taskDefinitionArns: [] });
  aws.ecs.on(DeleteTaskDefinitionsCommand).resolves({});
  aws.s3.on(HeadBucketCommand).rejects(named('NotFound'));
  aws.s3.on(ListObjectsV2Command).resolves({});
  aws.s3.on(DeleteObjectsCommand).resolves({});
  aws.logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [] });
  aws.rds.on(DescribeDBClustersCommand).rejects(named('DBClusterNotFoundFault'));
  aws.secrets.on(DescribeSecretCommand).rejects(named('ResourceNotFoundException'));
  aws.ssm.on(GetParametersByPathCommand).resolves({ Parameters: [] });
  aws.ssm.on(GetParameterCommand).rejects(named('ParameterNotFound'));
  aws.ecr.on(ListImagesCommand).rejects(named('RepositoryNotFoundException'));
}
const stack = (StackName: string, StackStatus: StackStatus = 'CREATE_COMPLETE', more: object = {}) => ({
  StackName,
  StackId: `arn:${StackName}`,
  CreationTime: new Date(0),
  StackStatus,
  ...more,
});

test('where nothing is, nothing is done, and nothing is left', async () => {
  expect(await destroyStage(work, [])).toEqual([]);
  expect(said).toEqual([]);
});

test('stacks of the stage are those that it declares and those that say so, and no other system`s', async () => {
  aws.cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      stack('payment-network-dev'),
      stack('payment-old-service-dev', 'CREATE_COMPLETE', { Description: 'old-service of payment-platform, dev' }),
      stack('payment-network-staging'),
      stack('payment-processor-network-dev', 'CREATE_COMPLETE', { Description: 'network of payment-processor, dev' }),
      stack('CDKToolkit'),
    ],
  });
  expect((await stacksOf(work)).map((s) => s.StackName)).toEqual(['payment-network-dev', 'payment-old-service-dev']);
});

describe('deployments', () => {
  test('one in flight is stopped without going back, and waited for', async () => {
    aws.codeDeploy
      .on(ListDeploymentsCommand)
      .resolves({ deployments: [] })
      .on(ListDeploymentsCommand, { deploymentGroupName: 'payment-api-dg-dev' })
      .resolves({ deployments: ['d-1'] })
      .on(GetDeploymentCommand)
      .resolvesOnce({ deploymentInfo: { status: 'Ready' } })
      .resolvesOnce({ deploymentInfo: { status: 'InProgress' } })
      .resolves({ deploymentInfo: { status: 'Stopped' } })
      .on(StopDeploymentCommand)
      .resolves({});
    await stopDeployments(work);
    expect(aws.codeDeploy.commandCalls(StopDeploymentCommand)[0]!.args[0].input).toEqual({
      deploymentId: 'd-1',
      autoRollbackEnabled: false,
    });
    expect(said).toEqual(['payment-api: stopped deployment d-1.']);
  });
  test('one that ended meanwhile needs no stop', async () => {
    aws.codeDeploy
      .on(ListDeploymentsCommand)
      .resolves({ deployments: ['d-1'] })
      .on(GetDeploymentCommand)
      .resolves({ deploymentInfo: { status: 'Succeeded' } })
      .on(StopDeploymentCommand)
      .rejects(named('DeploymentAlreadyCompletedException'));
    await expect(stopDeployments(work)).resolves.toBeUndefined();
  });
  test('services that roll have none', async () => {
    await stopDeployments(work);
    const groups = aws.codeDeploy.commandCalls(ListDeploymentsCommand).map((c) => c.args[0].input.deploymentGroupName);
    expect(groups).not.toContain('fraud-detection-dg-dev');
    expect(groups).toHaveLength(3);
  });
});

describe('services', () => {
  const live = (runningCount: number) => ({ services: [{ status: 'ACTIVE', runningCount, pendingCount: 0 }] });
  test('are kept from scaling, set to a count of 0, and waited for', async () => {
    aws.ecs.on(DescribeServicesCommand).resolves({ services: [] });
    aws.ecs
      .on(DescribeServicesCommand, { services: ['payment-api-dev'] })
      .resolvesOnce(live(2))
      .resolvesOnce(live(2))
      .resolves(live(0));
    const target = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
    const ResourceId = 'service/payment-cluster-dev/payment-api-dev';
    const found = { ...target, ResourceId, MinCapacity: 1, MaxCapacity: 3, RoleARN: 'arn', CreationTime: new Date(0) };
    aws.scaling.on(DescribeScalableTargetsCommand).resolves({ ScalableTargets: [found] });
    await endTasks(work);
    expect(aws.scaling.commandCalls(RegisterScalableTargetCommand).map((c) => c.args[0].input)).toEqual([
      expect.objectContaining({
        ResourceId: 'service/payment-cluster-dev/payment-api-dev',
        MinCapacity: 0,
        MaxCapacity: 0,
      }),
    ]);
    // The count and nothing else: ECS refuses the rest for a CODE_DEPLOY service.
    expect(aws.ecs.commandCalls(UpdateServiceCommand).map((c) => c.args[0].input)).toEqual([
      { cluster: 'payment-cluster-dev', service: 'payment-api-dev', desiredCount: 0 },
    ]);
    expect(now).toBe(5);
    expect(said).toEqual(['payment-api: its tasks have ended.']);
  });
  test('a scalable target that is gone is not made again', async () => {
    aws.ecs.on(DescribeServicesCommand).resolves(live(0));
    await endTasks(work);
    expect(aws.ecs.commandCalls(UpdateServiceCommand)).toHaveLength(4);
    expect(aws.scaling.commandCalls(RegisterScalableTargetCommand)).toHaveLength(0);
  });
  test('tasks that do not end do not keep the stack from being deleted', async () => {
    aws.ecs.on(DescribeServicesCommand).resolves({ services: [] });
    aws.ecs.on(DescribeServicesCommand, { services: ['payment-api-dev'] }).resolves(live(1));
    await endTasks(work);
    expect(said).toEqual([
      'payment-api: waited 600 s for the tasks of payment-api to end; its stack is deleted all the same.',
    ]);
  });
});

describe('stacks', () => {
  const one = stack('payment-platform-dev');
  const status = (...statuses: (StackStatus | undefined)[]) => {
    const stub = aws.cloudFormation.on(DescribeStacksCommand, { StackName: one.StackId });
    for (const s of statuses.slice(0, -1)) stub.resolvesOnce({ Stacks: s ? [stack(one.StackName, s)] : [] });
    const last = statuses.at(-1);
    stub.resolves({ Stacks: last ? [stack(one.StackName, last)] : [] });
  };
  const deletions = () => aws.cloudFormation.commandCalls(DeleteStackCommand).map((c) => c.args[0].input.StackName);
  const failure = (reason: string) =>
    aws.cloudFormation.on(DescribeStackEventsCommand).resolves({
      StackEvents: [
        event('payment-platform-dev', one.StackId, 'DELETE_FAILED', 'The following resource(s) failed to delete'),
        event('AccessLogs', 'bucket', 'DELETE_FAILED', reason),
        event('payment-platform-dev', one.StackId, 'DELETE_IN_PROGRESS'),
        event('Other', 'other', 'DELETE_FAILED', 'an older reason'),
      ],
    });
  const event = (
    LogicalResourceId: string,
    PhysicalResourceId: string,
    ResourceStatus: 'DELETE_FAILED' | 'DELETE_IN_PROGRESS',
    ResourceStatusReason?: string,
  ) => ({
    ...{ LogicalResourceId, PhysicalResourceId, ResourceStatus, ResourceStatusReason },
    ...{ StackId: one.StackId, StackName: one.StackName, EventId: LogicalResourceId, Timestamp: new Date(0) },
  });

  test('are deleted by id and waited for', async () => {
    status('DELETE_IN_PROGRESS', 'DELETE_COMPLETE');
    await deleteStacks(work, [one], []);
    expect(deletions()).toEqual([one.StackId]);
    expect(said).toEqual(['payment-platform-dev: deleting.', 'payment-platform-dev: deleted in 10 s.']);
  });
  test('a bucket with a last log is emptied, and the stack deleted once more', async () => {
    failure('The bucket you tried to delete is not empty');
    status('DELETE_FAILED', 'DELETE_FAILED', 'DELETE_COMPLETE');
    aws.s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'AWSLogs/last.gz' }] });
    await deleteStacks(work, [one], ['logs']);
    expect(deletions()).toHaveLength(2);
    expect(aws.s3.commandCalls(DeleteObjectsCommand)[0]!.args[0].input).toMatchObject({
      Bucket: 'logs',
      Delete: { Objects: [{ Key: 'AWSLogs/last.gz' }] },
    });
    expect(said).toContain(
      'payment-platform-dev: not deleted yet, once more. AccessLogs: The bucket you tried to delete is not empty',
    );
  });
  test('one that stays ends it with the reason of this deletion', async () => {
    failure('has dependencies and cannot be deleted');
    status('DELETE_FAILED');
    await expect(deleteStacks(work, [one], [])).rejects.toThrow(
      'payment-platform-dev was not deleted (DELETE_FAILED): AccessLogs: has dependencies and cannot be deleted',
    );
    expect(deletions()).toHaveLength(3);
  });
  test('what takes long tells why', async () => {
    const waiting =
      'CloudFormation is waiting for NetworkInterfaces associated with the Lambda Function to be cleaned up.';
    aws.cloudFormation
      .on(DescribeStackEventsCommand)
      .resolves({ StackEvents: [event('Probe', 'probe', 'DELETE_IN_PROGRESS', waiting)] });
    status('DELETE_IN_PROGRESS', 'DELETE_IN_PROGRESS', undefined);
    await deleteStacks(work, [one], []);
    expect(said.filter((l) => l.includes(waiting))).toEqual([`payment-platform-dev: Probe: ${waiting}`]);
  });
});

describe('what no stack deletes', () => {
  /** There at first, gone once it was deleted. */
  const revisions = (count: number) =>
    Array.from(
      { length: count },
      (_, i) => `arn:aws:ecs:us-east-1:222222222222:task-definition/payment-api-dev:${i + 1}`,
    );

  test('revisions are deregistered where they are active, and deleted, ten at a time', async () => {
    const all = revisions(12);
    const list = (status: 'ACTIVE' | 'INACTIVE', arns: string[]) =>
      aws.ecs.on(ListTaskDefinitionsCommand, { familyPrefix: 'payment-api-dev', status }).callsFake(() => ({
        taskDefinitionArns: aws.ecs.commandCalls(DeleteTaskDefinitionsCommand).length ? [] : arns,
      }));
    list('ACTIVE', all.slice(2));
    list('INACTIVE', all.slice(0, 2));
    expect(await destroyStage(work, [])).toEqual([]);
    expect(aws.ecs.commandCalls(DeregisterTaskDefinitionCommand).map((c) => c.args[0].input.taskDefinition)).toEqual(
      all.slice(2),
    );
    const deleted = aws.ecs.commandCalls(DeleteTaskDefinitionsCommand).map((c) => c.args[0].input.taskDefinitions);
    expect(deleted.map((d) => d!.length)).toEqual([10, 2]);
    expect(deleted.flat().sort()).toEqual([...all].sort());
    expect(said).toContain('Deleted task definitions: 12.');
  });
  test('a revision that ECS does not delete is an error', async () => {
    aws.ecs
      .on(ListTaskDefinitionsCommand, { familyPrefix: 'payment-api-dev', status: 'INACTIVE' })
      .resolves({ taskDefinitionArns: revisions(1) });
    aws.ecs.on(DeleteTaskDefinitionsCommand).resolves({ failures: [{ arn: 'arn:1', reason: 'in use' }] });
    await expect(destroyStage(work, [])).rejects.toThrow('arn:1 cannot be deleted: in use');
  });
  test("log groups go: the stage's, and those that AWS made for it, and nobody else's", async () => {
    const groups = [
      '/aws/ecs/containerinsights/payment-cluster-dev/performance',
      '/aws/rds/cluster/payment-database-dev/postgresql',
      '/aws/lambda/payment-probe-dev',
      '/ecs/payment-platform/payment-api-dev',
    ];
    const others = ['/aws/lambda/payment-probe-dev-2', '/ecs/payment-platform/payment-api-dev2'];
    aws.logs.on(DescribeLogGroupsCommand).callsFake(({ logGroupNamePrefix }: { logGroupNamePrefix: string }) => {
      const gone = aws.logs.commandCalls(DeleteLogGroupCommand).map((c) => c.args[0].input.logGroupName);
      const found = [...groups, ...others].filter((g) => g.startsWith(logGroupNamePrefix) && !gone.includes(g));
      return { logGroups: found.map((logGroupName) => ({ logGroupName })) };
    });
    expect(await destroyStage(work, [])).toEqual([]);
    const deleted = aws.logs.commandCalls(DeleteLogGroupCommand).map((c) => c.args[0].input.logGroupName);
    expect(deleted.sort()).toEqual([...groups].sort());
  });
  test('a secret goes without a recovery window, so that its name is free', async () => {
    aws.secrets.on(DescribeSecretCommand).callsFake(() => {
      if (aws.secrets.commandCalls(DeleteSecretCommand).length) throw named('ResourceNotFoundException');
      return { Name: 'api-credentials-dev', DeletedDate: new Date() };
    });
    expect(await destroyStage(work, [])).toEqual([]);
    expect(aws.secrets.commandCalls(DeleteSecretCommand)[0]!.args[0].input).toEqual({
      SecretId: 'api-credentials-dev',
      ForceDeleteWithoutRecovery: true,
    });
  });
  test("parameters of the stage and its record go; other environments' marks on images stay", async () => {
    const gone = () => aws.ssm.commandCalls(DeleteParametersCommand).flatMap((c) => c.args[0].input.Names ?? []);
    const names = ['/payment/dev/payment-api/promoted', '/payment/dev/fraud-detection/promoted'];
    aws.ssm
      .on(GetParametersByPathCommand, { Path: '/payment/dev', Recursive: true })
      .callsFake(() => ({ Parameters: names.filter((n) => !gone().includes(n)).map((Name) => ({ Name })) }));
    aws.ssm.on(GetParameterCommand, { Name: '/payment/delivered/dev' }).callsFake(() => {
      if (gone().includes('/payment/delivered/dev')) throw named('ParameterNotFound');
      return {};
    });
    const tags = ['abc', 'running-dev-abc', 'running-prod-abc', 'running-dev2-abc'];
    const removed = () => aws.ecr.commandCalls(BatchDeleteImageCommand).map((c) => c.args[0].input);
    aws.ecr.on(ListImagesCommand, { repositoryName: 'payment-api' }).callsFake(() => ({
      imageIds: tags
        .filter((t) => !removed().some((r) => r.imageIds![0]!.imageTag === t))
        .map((imageTag) => ({ imageTag })),
    }));
    expect(await destroyStage(work, [])).toEqual([]);
    expect(gone()).toEqual([...names, '/payment/delivered/dev']);
    expect(removed()).toEqual([{ repositoryName: 'payment-api', imageIds: [{ imageTag: 'running-dev-abc' }] }]);
  });
  test('a bucket that its stack retained is emptied and deleted', async () => {
    aws.cloudFormation.on(ListStackResourcesCommand).resolves({
      StackResourceSummaries: [
        {
          LogicalResourceId: 'B',
          ResourceType: 'AWS::S3::Bucket',
          PhysicalResourceId: 'logs',
          LastUpdatedTimestamp: new Date(0),
          ResourceStatus: 'CREATE_COMPLETE',
        },
      ],
    });
    aws.s3.on(HeadBucketCommand).callsFake(() => {
      if (aws.s3.commandCalls(DeleteBucketCommand).length) throw named('NotFound');
      return {};
    });
    expect(await destroyStage(work, [stack('payment-platform-dev')])).toEqual([]);
    expect(aws.s3.commandCalls(DeleteBucketCommand)[0]!.args[0].input).toEqual({ Bucket: 'logs' });
  });
});

test('what is left after a minute is told', async () => {
  aws.rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [{ DBClusterIdentifier: 'payment-database-dev' }] });
  aws.cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [stack('payment-data-dev')] });
  expect(await destroyStage(work, [])).toEqual(['stacks: payment-data-dev', 'databases: payment-database-dev']);
  expect(now).toBe(60);
});
