// One of the systems beside the default, delivered, delivered again, and changed. Which one: SYSTEMS="a b", or each in turn, commit by commit.
import { execFileSync } from 'node:child_process';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import {
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RehearsalReport } from '../../session/report';
import { KeptRehearsal, npmRun, root } from './kept-rehearsal';

const deadline = 400_000;
const stages = { dev: '222222222222', staging: '333333333333', prod: '444444444444' };

function inTurn(): string {
  const systems = ['ecs-payments', 'payment-processor', 'multi-tier'];
  const commits = Number(execFileSync('git', ['rev-list', '--count', 'HEAD'], { cwd: root, encoding: 'utf8' }));
  return systems[commits % systems.length]!;
}

describe.each((process.env.SYSTEMS ?? inTurn()).split(' '))('%s', (system) => {
  let rehearsal: KeptRehearsal;
  let report: RehearsalReport;
  let first: string[];
  let ended = 0;

  const settings = (account?: string) => {
    const env = rehearsal.awsEnvironment(account);
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: 'local' };
    return { endpoint: env.AWS_ENDPOINT_URL, region: env.AWS_REGION, credentials };
  };
  const nextReport = async () => {
    await rehearsal.said(/All in all/, ++ended);
    return rehearsal.report;
  };
  /** When each stack of a stage changed last. */
  const changes = async (account: string) => {
    const { Stacks = [] } = await new CloudFormationClient(settings(account)).send(new DescribeStacksCommand({}));
    return Stacks.map((s) => `${s.StackName} ${(s.LastUpdatedTime ?? s.CreationTime)!.toISOString()}`).sort();
  };
  const services = async (account: string): Promise<Service[]> => {
    const client = new ECSClient(settings(account));
    const { clusterArns = [] } = await client.send(new ListClustersCommand({}));
    const [cluster] = clusterArns;
    const { serviceArns = [] } = await client.send(new ListServicesCommand({ cluster }));
    const found = await client.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
    return found.services!;
  };
  /** Revision that serves, by service. */
  const revisions = async (account: string) =>
    (await services(account))
      .map((s) => s.taskSets?.find((t) => t.status === 'PRIMARY')?.taskDefinition ?? s.taskDefinition!)
      .sort();

  beforeAll(async () => {
    rehearsal = new KeptRehearsal('--system', system);
    report = await nextReport();
    await rehearsal.said(/The cloud stays up/);
  }, deadline);
  afterAll(() => rehearsal.interrupt(), 60_000);

  test('is delivered to every stage, by every action, with every check passed', () => {
    expect(report.executions.map((e) => e.status)).toEqual(['Succeeded']);
    expect(report.notExecuted).toEqual([]);
    expect([...new Set(report.checks.map((c) => c.stage))]).toEqual(['dev', 'staging', 'prod']);
    expect(report.checks.filter((c) => c.status !== 'SUCCEEDED')).toEqual([]);
    expect(report.traffic.map((t) => [t.stage, t.firstFailures])).toEqual([
      ['dev', []],
      ['staging', []],
      ['prod', []],
    ]);
  });

  test(
    'a second execution of the same commit changes nothing',
    async () => {
      const before = await Promise.all(Object.values(stages).map(changes));
      const running = await Promise.all(Object.values(stages).map(revisions));
      await new CodePipelineClient(settings()).send(new StartPipelineExecutionCommand({ name: report.pipeline }));
      report = await nextReport();
      expect(report.executions.map((e) => e.status)).toEqual(['Succeeded', 'Succeeded']);
      expect(report.deployments).toEqual([]);
      expect(await Promise.all(Object.values(stages).map(changes))).toEqual(before);
      expect(await Promise.all(Object.values(stages).map(revisions))).toEqual(running);
    },
    deadline,
  );

  test(
    'changed services are shifted or rolled, as declared, without a failed request',
    async () => {
      const before = await Promise.all(Object.values(stages).map(revisions));
      first = await revisions(stages.prod);
      await rehearsal.push('Say that it was rehearsed', {
        'services/shared/server.ts': [
          ["'x-service-version': props.version,", "'x-service-version': props.version,\n    'x-rehearsed': 'yes',"],
        ],
      });
      report = await nextReport();
      expect(report.executions.at(-1)!.status).toBe('Succeeded');
      const shifted = report.deployments.map((d) => `${d.group} ${d.status}`).sort();
      const after: string[][] = [];
      const expected: string[] = [];
      for (const [stage, account] of Object.entries(stages)) {
        after.push(await revisions(account));
        for (const s of await services(account)) {
          if (s.deploymentController?.type !== 'CODE_DEPLOY') continue;
          expected.push(`${s.serviceName!.replace(`-${stage}`, '')}-dg-${stage} Succeeded`);
        }
      }
      expect(shifted).toEqual(expected.sort());
      // Every service serves another revision: those that no deployment shifted were rolled.
      expect(after.flat().filter((revision) => before.flat().includes(revision))).toEqual([]);
      expect(after.map((r) => r.length)).toEqual(before.map((r) => r.length));
      expect(report.traffic.map((t) => t.firstFailures)).toEqual([[], [], []]);
      expect(report.succeeded).toBe(true);
    },
    deadline,
  );

  test('drift: what a release leaves is expected, and what somebody changed by hand is named', async () => {
    const drift = () => npmRun(rehearsal.awsEnvironment(), 'drift', '--stage', 'prod', '--system', system);
    const clean = await drift();
    expect(clean).toMatchObject({ code: 0, output: expect.stringMatching(/expected/i) });
    const ec2 = new EC2Client(settings(stages.prod));
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    const { GroupId } = SecurityGroups.find((g) => g.Description!.includes('HTTPS from anywhere'))!;
    const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const rule = { GroupId, IpPermissions: [ssh] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(rule));
    const changed = await drift();
    expect(changed).toMatchObject({ code: 1, output: expect.stringMatching(/AWS::EC2::SecurityGroup[^]*22/) });
    await ec2.send(new RevokeSecurityGroupIngressCommand(rule));
  }, 120_000);

  test(
    'a person takes prod back to the release before, through the gate, and the next delivery goes live',
    async () => {
      const back = (...args: string[]) =>
        npmRun(rehearsal.awsEnvironment(), 'rollback', '--stage', 'prod', '--system', system, ...args);
      const second = await revisions(stages.prod);
      expect(second).not.toEqual(first);
      expect(await back('--reason', ' ')).toMatchObject({ code: 2, output: expect.stringContaining('Why?') });
      const tried = await back('--reason', 'errors', '--dry-run');
      expect(tried).toMatchObject({ code: 0, output: expect.stringContaining('Nothing was done: --dry-run.') });
      expect(await revisions(stages.prod)).toEqual(second);

      const gone = await back('--reason', 'payments fail');
      expect(gone).toMatchObject({ code: 0, output: expect.stringContaining('again. Revert in git as well') });
      expect(await revisions(stages.prod)).toEqual(first);
      const [, Bucket, Key] = /Evidence: s3:\/\/([^/]+)\/(\S+)/.exec(gone.output)!;
      const { Body } = await new S3Client({ ...settings(), forcePathStyle: true }).send(
        new GetObjectCommand({ Bucket, Key }),
      );
      const evidence = JSON.parse(await Body!.transformToString()) as Record<string, unknown>;
      expect(evidence).toMatchObject({
        outcome: 'promoted',
        rollback: { by: expect.stringContaining('administrator'), reason: 'payments fail' },
        checks: expect.arrayContaining([expect.objectContaining({ outcome: 'passed' })]),
      });
      expect(await back('--reason', 'once more')).toMatchObject({
        code: 1,
        output: expect.stringContaining('No good release was promoted before'),
      });

      await rehearsal.push('Say it otherwise', {
        'services/shared/server.ts': [["'x-rehearsed': 'yes',", "'x-rehearsed': 'again',"]],
      });
      report = await nextReport();
      expect(report.executions.at(-1)!.status).toBe('Succeeded');
      const third = await revisions(stages.prod);
      expect(third.filter((one) => [...first, ...second].includes(one))).toEqual([]);
      // Of all the time since the first delivery: no request failed while prod went back.
      expect(report.traffic.map((t) => t.firstFailures)).toEqual([[], [], []]);
    },
    // A going back, and a delivery.
    2 * deadline,
  );
});
