import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { RetentionDays, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../../cloud/local-cloud';
import { cdk } from './cdk';

const account = '111111111111';
const env = { account, region: 'us-east-1' };

/** Two stacks, the second of which uses what the first exports. */
function synthesize(
  outdir: string,
  { retention = RetentionDays.ONE_MONTH, topicName = 'alarms', parameter = 'Value' } = {},
): string {
  const app = new App({ outdir });
  const producer = new Stack(app, 'Producer', { env });
  const topic = new Topic(producer, 'Topic', { topicName });
  const consumer = new Stack(app, 'Consumer', { env, tags: { Team: 'payments' } });
  new LogGroup(consumer, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
  const stored = new StringParameter(consumer, 'Stored', { stringValue: topic.topicArn, parameterName: '/topic' });
  if (parameter !== 'Value') (stored.node.defaultChild as any).addPropertyOverride(parameter, 'x');
  new CfnOutput(consumer, 'ParameterName', { value: stored.parameterName });
  app.synth();
  return outdir;
}

let directory: string;
let local: LocalCloud;
const run = (app: string, ...words: string[]) =>
  cdk({ endpoint: local.endpoint, account, home: directory, app }, ...words);
const deploy = (app: string) => run(app, 'deploy', '--all', '--require-approval', 'never');
const here = () => local.cloud.environment(account, 'us-east-1');
const stackOf = (name: string) =>
  here()
    .stacks.filter((stack) => stack.name === name)
    .at(-1)!;
const allEvents = () => here().stacks.flatMap((stack) => stack.events).length;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cdk-cli-'));
  local = await startLocalCloud({ directory, speed: 600 });
});
afterAll(async () => {
  await local.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('the CDK CLI bootstraps, deploys, sees no change, diffs, is refused, and destroys', async () => {
  const first = synthesize(join(directory, 'first'));
  const second = synthesize(join(directory, 'second'), { retention: RetentionDays.ONE_WEEK, topicName: 'renamed' });
  const wrong = synthesize(join(directory, 'wrong'), { parameter: 'Valeu' });

  const bootstrapped = await run(first, 'bootstrap', `aws://${account}/us-east-1`);
  expect(bootstrapped).toMatchObject({ code: 0, text: expect.stringContaining('bootstrapped') });
  expect(stackOf('CDKToolkit').status).toBe('CREATE_COMPLETE');

  const deployed = await deploy(first);
  expect(deployed).toMatchObject({ code: 0, text: expect.stringContaining('Consumer.ParameterName = /topic') });
  expect(here().get('AWS::SSM::Parameter', '/topic')!.model.Value).toBe(`arn:aws:sns:us-east-1:${account}:alarms`);
  expect(here().list('AWS::Logs::LogGroup')[0]!.properties.Tags).toEqual([{ Key: 'Team', Value: 'payments' }]);

  const before = allEvents();
  const again = await deploy(first);
  expect(again.code).toBe(0);
  expect(again.text.match(/\(no changes\)/g)).toHaveLength(2);
  expect(allEvents()).toBe(before);

  const same = await run(first, 'diff', '--all');
  expect(same).toMatchObject({ code: 0, text: expect.stringContaining('Number of stacks with differences: 0') });
  const different = await run(second, 'diff', '--all');
  expect(different.text).toMatch(/\[~\] AWS::SNS::Topic .*replace/);
  expect(different.text).toMatch(/RetentionInDays[\s\S]*30[\s\S]*7/);

  const refused = await deploy(wrong);
  expect(refused.code).not.toBe(0);
  expect(refused.text).toContain('extraneous key [Valeu] is not permitted');
  expect(stackOf('Consumer').status).toBe('UPDATE_ROLLBACK_COMPLETE');

  // The name of the topic is exported and in use: the producer's update is refused and taken back.
  const inUse = await deploy(second);
  expect(inUse.code).not.toBe(0);
  expect(inUse.text).toMatch(/Export Producer:\S+ cannot be updated as it is in use by Consumer/);
  expect(
    here()
      .list('AWS::SNS::Topic')
      .map(({ model }) => model.TopicName),
  ).toEqual(['alarms']);

  const destroyed = await run(first, 'destroy', '--all', '--force');
  expect(destroyed.code).toBe(0);
  expect(
    here()
      .list()
      .filter(({ seed }) => !seed.includes(':stack/CDKToolkit/')),
  ).toEqual([]);

  // The CLI acts in the roles that bootstrapping made.
  const roles = new Set(
    local.cloud.calls
      .filter((call) => call.service === 'cloudformation')
      .map((call) => call.principalArn.split('/')[1]),
  );
  expect(roles).toContain(`cdk-hnb659fds-deploy-role-${account}-us-east-1`);
  expect(local.cloud.calls.filter((call) => call.error === 'NotImplemented')).toEqual([]);
});
