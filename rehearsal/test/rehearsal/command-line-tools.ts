import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type KeptRehearsal, root } from './kept-rehearsal';

const awscli = 'awscli==1.46.2';
const folder = join(root, 'node_modules/.cache', awscli);
const account = '222222222222';
const run = promisify(execFile);

/** Installs the AWS CLI below node_modules/. Tells why where that cannot be. */
function install(): string | undefined {
  const aws = join(folder, 'bin/aws');
  if (existsSync(aws)) return undefined;
  if (spawnSync('python3', ['--version']).status !== 0) return 'python3 is not installed';
  const made = spawnSync('python3', ['-m', 'venv', folder], { encoding: 'utf8' });
  if (made.status !== 0) return `python3 cannot make a virtual environment: ${made.stderr}`;
  const installed = spawnSync(join(folder, 'bin/pip'), ['install', '--quiet', awscli], { encoding: 'utf8' });
  return installed.status === 0 ? undefined : `${awscli} cannot be installed: ${installed.stderr}`;
}

/** awscli and the CDK CLI, as somebody uses them while a rehearsal stays up. */
export function commandLineTools(rehearsal: () => KeptRehearsal): void {
  const missing = install();
  if (missing) console.warn(`The AWS CLI's tests are skipped: ${missing}`);
  const withAws = missing ? test.skip : test;

  const aws = async (...args: string[]) => {
    const env = { PATH: process.env.PATH, HOME: folder, ...rehearsal().awsEnvironment(account) };
    const { stdout } = await run(join(folder, 'bin/aws'), [...args, '--output', 'json'], { env });
    return JSON.parse(stdout) as Record<string, Record<string, unknown>[]>;
  };
  const cluster = ['--cluster', 'payment-cluster-dev'];
  /** The one of payment-api's two that serves. */
  const servingTargetGroup = async () => {
    const names = ['--names', 'payment-api-tg-dev-blue', 'payment-api-tg-dev-green'];
    const { TargetGroups } = await aws('elbv2', 'describe-target-groups', ...names);
    const healths = TargetGroups!.map(async ({ TargetGroupArn: arn }) => ({
      arn: arn as string,
      targets: (await aws('elbv2', 'describe-target-health', '--target-group-arn', arn as string))
        .TargetHealthDescriptions!,
    }));
    return (await Promise.all(healths)).find(({ targets }) => targets.length)!;
  };

  withAws('aws ecs describe-services', async () => {
    const { services } = await aws('ecs', 'describe-services', ...cluster, '--services', 'payment-api-dev');
    expect(services![0]).toMatchObject({
      status: 'ACTIVE',
      deploymentController: { type: 'CODE_DEPLOY' },
      taskSets: [{ status: 'PRIMARY', stabilityStatus: 'STEADY_STATE' }],
    });
  });
  withAws('aws elbv2 describe-target-health', async () => {
    const { targets } = await servingTargetGroup();
    expect(targets[0]).toMatchObject({
      Target: { Id: expect.stringMatching(/^10\.0\.1\d\.\d+$/), Port: 8080 },
      TargetHealth: { State: 'healthy' },
    });
  });
  withAws('aws logs filter-log-events', async () => {
    const group = '/ecs/payment-platform/payment-api-dev';
    const { events } = await aws(
      'logs',
      'filter-log-events',
      '--log-group-name',
      group,
      '--filter-pattern',
      'listening',
    );
    expect(events![0]).toMatchObject({
      logStreamName: expect.stringContaining('payment-api/'),
      timestamp: expect.any(Number),
      message: expect.stringContaining('"message":"listening"'),
    });
  });
  withAws('aws deploy list-deployments', async () => {
    const group = ['--application-name', 'payment-dev', '--deployment-group-name', 'payment-api-dg-dev'];
    const { deployments } = await aws('deploy', 'list-deployments', ...group);
    expect(deployments).toEqual([expect.stringMatching(/^d-[A-Z0-9]{9}$/)]);
    const { deploymentInfo } = await aws('deploy', 'get-deployment', '--deployment-id', String(deployments![0]));
    expect(deploymentInfo).toMatchObject({ status: 'Succeeded', deploymentGroupName: 'payment-api-dg-dev' });
  });
  withAws('aws ec2 describe-nat-gateways', async () => {
    const { NatGateways } = await aws('ec2', 'describe-nat-gateways');
    expect(NatGateways).toEqual([
      expect.objectContaining({
        State: 'available',
        SubnetId: expect.stringMatching(/^subnet-/),
        NatGatewayAddresses: [expect.objectContaining({ PublicIp: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) })],
      }),
    ]);
  });
  withAws('aws cloudformation describe-stack-events', async () => {
    const { StackEvents } = await aws('cloudformation', 'describe-stack-events', '--stack-name', 'payment-network-dev');
    expect(StackEvents![0]).toMatchObject({
      StackName: 'payment-network-dev',
      ResourceType: 'AWS::CloudFormation::Stack',
      ResourceStatus: 'CREATE_COMPLETE',
    });
  });
  test('cdk diff', async () => {
    const output = mkdtempSync(join(tmpdir(), 'diff-'));
    const env = { ...process.env, ...rehearsal().awsEnvironment(), CDK_DISABLE_CLI_TELEMETRY: 'true', CI: 'true' };
    const cdk = [join(root, 'node_modules/aws-cdk/bin/cdk'), '--output', output, '--no-notices', 'diff'];
    const { stdout } = await run(process.execPath, [...cdk, 'payment-delivery'], { cwd: root, env });
    rmSync(output, { recursive: true });
    expect(stdout).toContain('Stack payment-delivery');
    expect(stdout).toContain('There were no differences');
    expect(stdout).toContain('Number of stacks with differences: 0');
  });
}
