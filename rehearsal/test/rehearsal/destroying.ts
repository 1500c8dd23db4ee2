import * as cloudFormation from '@aws-sdk/client-cloudformation';
import { DescribeLogGroupsCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient, ListImagesCommand } from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RehearsalReport } from '../../session/report';
import { deadline, type KeptRehearsal, root } from './kept-rehearsal';

const tooling = '111111111111';
const dev = '222222222222';
const prod = '444444444444';

/** The commands for a deployed environment, as somebody uses them while a rehearsal of payment-platform stays up. Ends with dev made anew. */
export function destroying(rehearsal: () => KeptRehearsal, nextReport: () => Promise<RehearsalReport>): void {
  const settings = (account: string) => {
    const env = rehearsal().awsEnvironment();
    const credentials = { accessKeyId: `AKIA${account}0000`, secretAccessKey: 'local' };
    return { endpoint: env.AWS_ENDPOINT_URL, region: env.AWS_REGION!, credentials };
  };
  /** With the variables that the rehearsal printed. */
  const run = (command: string, line: string, { directory = root, input = '' } = {}) =>
    new Promise<{ code: number; said: string }>((done) => {
      const file = join(root, 'scripts', `${command}.ts`);
      const args = ['--require', require.resolve('tsx/cjs'), file, ...line.split(' ')];
      const env = { ...process.env, ...rehearsal().awsEnvironment(), POLL_SECONDS: '0.2' };
      const child = execFile(process.execPath, args, { cwd: directory, env }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      );
      child.stdin!.end(input);
    });
  const stacksOf = async (account: string) => {
    const client = new cloudFormation.CloudFormationClient(settings(account));
    const { Stacks = [] } = await client.send(new cloudFormation.DescribeStacksCommand({}));
    return Stacks.map(({ StackName, StackStatus, LastUpdatedTime }) => ({ StackName, StackStatus, LastUpdatedTime }));
  };
  const tasksOf = async (account: string, cluster: string) => {
    const { taskArns = [] } = await new ecs.ECSClient(settings(account)).send(new ecs.ListTasksCommand({ cluster }));
    return taskArns.sort();
  };
  const marksOf = async (environment: string) => {
    const client = new ECRClient(settings(tooling));
    const { imageIds = [] } = await client.send(new ListImagesCommand({ repositoryName: 'payment-api' }));
    return imageIds.filter((image) => image.imageTag?.startsWith(`running-${environment}-`));
  };
  /** Running processes of that environment's tasks. Needs Linux. */
  const processesOf = (environment: string) => {
    const folder = rehearsal().find(/git push (\S+)\/remote\.git/);
    const environmentOf = (pid: string) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      } catch {
        return [];
      }
    };
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(environmentOf)
      .filter((env) => env.includes(`ENVIRONMENT=${environment}`) && env.some((line) => line.includes(folder)));
  };

  test('outputs: the files tell what the stacks told', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'outputs-'));
    expect(await run('outputs', '--stage dev', { directory })).toMatchObject({ code: 0 });
    const flat = JSON.parse(readFileSync(join(directory, 'cfn-outputs/flat-outputs.json'), 'utf8'));
    rmSync(directory, { recursive: true });
    expect(flat).toMatchObject({
      ecs_cluster_name: 'payment-cluster-dev',
      vpc_id: expect.stringMatching(/^vpc-/),
      db_secret_arn: expect.stringContaining(`:secretsmanager:us-east-1:${dev}:secret:`),
      payment_api_ecr_repository_uri: `${tooling}.dkr.ecr.us-east-1.amazonaws.com/payment-api`,
    });
  });

  test('certificate: one is imported and entered', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
    const file = join(directory, 'configuration.json');
    copyFileSync(join(root, 'configuration.json'), file);
    const { code, said } = await run('certificate', '--self-signed --stage dev', { directory });
    const [arn] = JSON.parse(readFileSync(file, 'utf8')).environments.dev.certificateArns;
    rmSync(directory, { recursive: true });
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining(arn) });
    expect(arn).toMatch(/^arn:aws:acm:us-east-1:222222222222:certificate\//);
  });

  test('prod is refused with what to do first, and untouched', async () => {
    const before = [await stacksOf(prod), await tasksOf(prod, 'payment-cluster-prod'), await marksOf('prod')];
    const { code, said } = await run('destroy', '--stage prod --yes');
    expect(code).toBe(1);
    expect(said).toContain('1. Let those who answer for the data decide');
    expect(said).toContain('--no-enable-termination-protection --region us-east-1 --stack-name payment-data-prod');
    expect(await Promise.all([stacksOf(prod), tasksOf(prod, 'payment-cluster-prod'), marksOf('prod')])).toEqual(before);
    expect(processesOf('prod').length).toBeGreaterThan(0);
  });

  test('dev is not destroyed unless its name is given', async () => {
    const before = await stacksOf(dev);
    expect(await run('destroy', '--stage dev', { input: 'yes\n' })).toMatchObject({ code: 1 });
    expect(await stacksOf(dev)).toEqual(before);
  });

  test(
    'dev is destroyed, and nothing of it is left',
    async () => {
      expect(processesOf('dev').length).toBeGreaterThan(0);
      const { code, said } = await run('destroy', '--stage dev', { input: 'dev\n' });
      expect({ code, last: said.trim().split('\n').at(-1) }).toEqual({
        code: 0,
        last: expect.stringContaining('Nothing of dev is left.'),
      });
      const config = settings(dev);
      const ecsClient = new ecs.ECSClient(config);
      const rds = new RDSClient(config);
      expect((await stacksOf(dev)).map((s) => s.StackName)).toEqual(['CDKToolkit']);
      expect((await ecsClient.send(new ecs.ListClustersCommand({}))).clusterArns).toEqual([]);
      for (const status of ['ACTIVE', 'INACTIVE'] as const) {
        expect((await ecsClient.send(new ecs.ListTaskDefinitionsCommand({ status }))).taskDefinitionArns).toEqual([]);
      }
      expect((await rds.send(new DescribeDBClustersCommand({}))).DBClusters).toEqual([]);
      expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([]);
      const secrets = new ListSecretsCommand({ IncludePlannedDeletion: true });
      expect((await new SecretsManagerClient(config).send(secrets)).SecretList).toEqual([]);
      expect((await new CloudWatchLogsClient(config).send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
      const balancers = await new ElasticLoadBalancingV2Client(config).send(new DescribeLoadBalancersCommand({}));
      expect(balancers.LoadBalancers).toEqual([]);
      expect((await new EC2Client(config).send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
      const { Buckets = [] } = await new S3Client(config).send(new ListBucketsCommand({}));
      expect(Buckets.map((b) => b.Name)).toEqual([expect.stringMatching(/^cdk-hnb659fds-assets-/)]);
      const byPath = new GetParametersByPathCommand({ Path: '/payment', Recursive: true });
      expect((await new SSMClient(config).send(byPath)).Parameters).toEqual([]);
      expect((await new SSMClient(settings(tooling)).send(byPath)).Parameters!.map((p) => p.Name).sort()).toEqual([
        '/payment/delivered/prod',
        '/payment/delivered/staging',
      ]);
      expect(await marksOf('dev')).toEqual([]);
      expect((await marksOf('prod')).length).toBeGreaterThan(0);
      expect(processesOf('dev')).toEqual([]);
    },
    deadline,
  );

  test(
    'the next delivery makes dev again',
    async () => {
      await rehearsal().push('Deliver dev again', {
        'README.md': [['# Payment delivery', '# Payment delivery, again']],
      });
      const report = await nextReport();
      expect(report.executions.at(-1)!.status).toBe('Succeeded');
      expect(report.traffic.map((t) => t.firstFailures)).toEqual([[], [], []]);
      expect(report.succeeded).toBe(true);
      expect((await tasksOf(dev, 'payment-cluster-dev')).length).toBeGreaterThan(0);
    },
    deadline,
  );
}
