import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodeDeployClient, GetDeploymentCommand, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { BatchGetImageCommand, ECRClient, ListImagesCommand, PutImageCommand } from '@aws-sdk/client-ecr';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Evidence, readEvidence } from '../../declarations/evidence';
import { breakGlass } from '../../scripts/break-glass';
import { rollback } from '../../scripts/rollback';
import { digestOf, promotedEvidence } from '../declarations/evidence-support';
import { commandIn, localCloud } from './command-support';

const sts = mockClient(STSClient);
const s3 = mockClient(S3Client);
const cloudFormation = mockClient(CloudFormationClient);
const ecs = mockClient(ECSClient);
const ecr = mockClient(ECRClient);
const codeDeploy = mockClient(CodeDeployClient);
const mocks = [sts, s3, cloudFormation, ecs, ecr, codeDeploy];

const command = commandIn(rollback);
const glass = commandIn(breakGlass);
const variables = { ...localCloud, POLL_SECONDS: '0', PATH: process.env.PATH };
const anna = 'arn:aws:sts::111111111111:assumed-role/on-duty/anna';
const name = 'payment-processor';
const revision = (n: number) => `arn:aws:ecs:us-east-2:444444444444:task-definition/${name}-prod:${n}`;
const release = (n: number): Evidence => ({
  ...{ ...promotedEvidence, system: name, stage: 'prod', execution: `execution-${n}`, commit: `commit-${n}` },
  services: [
    {
      name,
      release: 'BLUE_GREEN',
      tag: `tag-${n}`,
      digest: digestOf(String(n)),
      taskDefinition: revision(n),
      deployment: null,
    },
  ],
});
const gate = ['promotion release', 'live-checks --reports'];
const asked = `--stage prod --system ${name} --reason errors`;

/** Programs that tell their step and variables, and fail where they shall; the live checks leave a report. */
function programs(...failing: string[]) {
  const folder = join(command.directory, 'build', 'programs');
  mkdirSync(folder, { recursive: true });
  for (const program of ['promotion', 'live-checks']) {
    writeFileSync(
      join(folder, `${program}.js`),
      `const step = ['${program}', ...process.argv.slice(2, 3)].join(' ');
       const { STAGE, COMMIT_ID, STAGE_ROLE_ARN, REVISIONS, AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env;
       console.log(JSON.stringify({ step, STAGE, COMMIT_ID, STAGE_ROLE_ARN, REVISIONS, AWS_ACCESS_KEY_ID, AWS_PROFILE }));
       const fails = ${JSON.stringify(failing)}.includes(step);
       if (fails) process.exitCode = 1;
       if (step.startsWith('live-checks')) {
         const { mkdirSync, writeFileSync } = require('node:fs');
         const folder = process.argv[3];
         mkdirSync(folder, { recursive: true });
         const failure = fails ? '<failure message="no answer">no answer</failure>' : '';
         writeFileSync(folder + '/live-checks.xml', '<testcase classname="release" name="answers" time="1">' + failure + '</testcase>');
       }`,
    );
  }
}
const stepsIn = (said: string) =>
  said
    .split('\n')
    .filter((line) => line.startsWith('  {'))
    .map((line) => JSON.parse(line) as Record<string, string>);
const written = () =>
  s3.commandCalls(PutObjectCommand).map((c) => ({ key: c.args[0].input.Key!, body: String(c.args[0].input.Body) }));

beforeEach(() => {
  mocks.forEach((mock) => mock.reset());
  programs();
  sts.on(GetCallerIdentityCommand).resolves({ Arn: anna, Account: '111111111111' });
  sts.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: 'ASIA1', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date() },
  });
  const outputs: Record<string, string> = {
    ...{ EvidenceBucketName: 'evidence', TaskDefinitionArn: revision(2), ImageTag: 'tag-2' },
    ...{ DeploymentApplicationName: 'application', DeploymentGroupName: 'group' },
  };
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'x', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs }],
  });
  const Key = `${name}/prod/promoted.json`;
  s3.on(ListObjectVersionsCommand).resolves({
    Versions: [
      { Key, VersionId: '2' },
      { Key, VersionId: '1' },
      { Key: `${Key}x`, VersionId: '9' },
    ],
  });
  for (const n of [1, 2]) {
    const Body = { transformToString: async () => JSON.stringify(release(n)) };
    s3.on(GetObjectCommand, { VersionId: String(n) }).resolves({ Body: Body as never });
  }
  s3.on(PutObjectCommand).resolves({});
  ecs.on(DescribeServicesCommand).resolves({
    services: [{ status: 'ACTIVE', taskSets: [{ status: 'PRIMARY', taskDefinition: revision(2) }] }],
  });
  ecs.on(ListTasksCommand).resolves({ taskArns: ['t-1'] });
  ecs.on(DescribeTasksCommand).resolves({
    tasks: [{ taskDefinitionArn: revision(1), containers: [{ name, imageDigest: digestOf('1') }] }],
  });
  ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: { status: 'ACTIVE' } });
  ecr.on(BatchGetImageCommand).resolves({ images: [{ imageId: { imageDigest: digestOf('1') }, imageManifest: '{}' }] });
  ecr.on(ListImagesCommand).resolves({ imageIds: [] });
  ecr.on(PutImageCommand).resolves({});
  codeDeploy
    .on(ListDeploymentsCommand)
    .callsFake(async ({ includeOnlyStatuses }: { includeOnlyStatuses?: string[] }) => ({
      deployments: includeOnlyStatuses ? [] : ['d-1'],
    }));
  const content = JSON.stringify({ Resources: [{ TargetService: { Properties: { TaskDefinition: revision(1) } } }] });
  codeDeploy.on(GetDeploymentCommand).resolves({
    deploymentInfo: {
      status: 'Succeeded',
      createTime: new Date(0),
      completeTime: new Date(1),
      revision: { appSpecContent: { content } },
    },
  });
});
afterAll(() => {
  command.end();
  glass.end();
  mocks.forEach((mock) => mock.restore());
});

describe('npm run rollback', () => {
  test('the revision before is released, checked and promoted, each step in its own role of the stage', async () => {
    const { code, said } = await command.run(asked, { ...variables, AWS_PROFILE: 'mine' });
    expect(said).toContain('prod: back to commit commit-1');
    expect(said).toContain('payment-processor: payment-processor-prod:2 → payment-processor-prod:1');
    const steps = stepsIn(said);
    expect(steps.map((s) => [s.step, s.STAGE_ROLE_ARN])).toEqual([
      ['promotion release', 'arn:aws:iam::444444444444:role/payment-processor-delivery-release-prod'],
      ['live-checks --reports', 'arn:aws:iam::444444444444:role/payment-processor-delivery-checks-prod'],
      ['promotion promote', 'arn:aws:iam::444444444444:role/payment-processor-delivery-promotion-prod'],
    ]);
    for (const step of steps) {
      expect(step).toMatchObject({ STAGE: 'prod', COMMIT_ID: 'commit-1', AWS_ACCESS_KEY_ID: 'ASIA1' });
      expect(step.AWS_PROFILE).toBeUndefined();
      expect(JSON.parse(step.REVISIONS!)).toEqual({ [name]: { TaskDefinitionArn: revision(1), ImageTag: 'tag-1' } });
    }
    expect(code).toBe(0);
    expect(said).toContain('prod serves commit commit-1 again. Revert in git as well');
    expect(ecr.commandCalls(PutImageCommand)[0]!.args[0].input.imageTag).toBe('running-prod-tag-1');
  });
  test('evidence tells who went back, why, and from where; it is the newest good release', async () => {
    await command.run(asked, variables);
    const [kept, promoted, own] = written();
    expect(kept!.key).toMatch(/^payment-processor\/prod\/rollback-[\dTZ-]+\/checks\.xml$/);
    expect(promoted!.key).toBe(`${name}/prod/promoted.json`);
    expect(own!.key).toMatch(/^payment-processor\/prod\/rollback-[\dTZ-]+\/release-evidence\.json$/);
    expect(readEvidence(own!.body, 'it')).toMatchObject({
      ...{ outcome: 'promoted', commit: 'commit-1', approval: null },
      rollback: { by: anna, reason: 'errors', from: 'execution-2' },
      services: [
        { taskDefinition: revision(1), digest: digestOf('1'), deployment: { id: 'd-1', status: 'Succeeded' } },
      ],
      checks: [{ suite: 'release', name: 'answers', outcome: 'passed' }],
    });
    expect(sts.commandCalls(AssumeRoleCommand)[0]!.args[0].input).toMatchObject({
      RoleArn: 'arn:aws:iam::111111111111:role/payment-processor-operator-prod',
      RoleSessionName: 'anna',
    });
  });
  test.each([
    ['promotion release', ['promotion release'], 'release', 'release refused it'],
    ['live-checks --reports', [...gate, 'promotion stop'], 'checks', 'release › answers: no answer'],
    ['promotion promote', [...gate, 'promotion promote'], 'promotion', 'promotion refused it'],
  ])(
    '%s fails: nothing after it but what takes it back, and the evidence says refused',
    async (failing, steps, step, reason) => {
      programs(failing);
      const { code, said } = await command.run(asked, variables);
      expect(code).toBe(1);
      expect(stepsIn(said).map((s) => s.step)).toEqual(steps);
      expect(said).toContain(`prod did not go back: ${step} refused it`);
      const [evidence] = written().filter((w) => w.key.endsWith('/release-evidence.json'));
      expect(readEvidence(evidence!.body, 'it')).toMatchObject({
        outcome: 'refused',
        refusal: { step, reasons: [expect.stringContaining(reason)] },
      });
      expect(written().some((w) => w.key.endsWith('promoted.json'))).toBe(false);
      expect(ecr.commandCalls(PutImageCommand)).toHaveLength(0);
    },
  );
  test('--dry-run says what it would do, and does nothing', async () => {
    const { code, said } = await command.run(`${asked} --dry-run`, variables);
    expect(code).toBe(0);
    expect(said).toMatch(/payment-processor-prod:2 → payment-processor-prod:1\nNothing was done: --dry-run\.$/);
    expect(written()).toEqual([]);
  });
  test.each<[string, () => unknown, string]>([
    ['nothing promoted before', () => s3.on(ListObjectVersionsCommand).resolves({}), 'Nothing was promoted here yet'],
    [
      'the image has expired',
      () => ecr.on(BatchGetImageCommand).resolves({ images: [] }),
      'the registry has no image tag-1',
    ],
    [
      'the revision is inactive',
      () => ecs.on(DescribeTaskDefinitionCommand).resolves({ taskDefinition: { status: 'INACTIVE' } }),
      'is INACTIVE',
    ],
    [
      'the revision was deleted',
      () =>
        ecs.on(DescribeTaskDefinitionCommand).rejects(Object.assign(new Error('none'), { name: 'ClientException' })),
      'is gone',
    ],
    ['ECS does not answer', () => ecs.on(DescribeTaskDefinitionCommand).rejects(new Error('no answer')), 'no answer'],
    [
      'a deployment is in flight',
      () => codeDeploy.on(ListDeploymentsCommand).resolves({ deployments: ['d-1'] }),
      'deployment d-1 is in flight',
    ],
    [
      'the caller is no operator',
      () => sts.on(AssumeRoleCommand).rejects(new Error('not authorized')),
      `${anna} may not assume arn:aws:iam::111111111111:role/payment-processor-operator-prod: not authorized`,
    ],
    [
      'the pipeline has no evidence',
      () => cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [] }),
      'has no output EvidenceBucketName',
    ],
  ])('refused before anything is changed: %s', async (_, seed, says) => {
    seed();
    const { code, said } = await command.run(asked, variables);
    expect(code).toBe(1);
    expect(said).toContain(says);
    expect(stepsIn(said)).toEqual([]);
    expect(written()).toEqual([]);
  });
});

describe('npm run break-glass', () => {
  test('writes down who and why, then says how', async () => {
    const { code, said } = await glass.run(asked, variables);
    expect(code).toBe(0);
    const [record] = written();
    expect(record!.key).toMatch(/^payment-processor\/prod\/break-glass-[\dTZ-]+\/break-glass\.json$/);
    expect(JSON.parse(record!.body)).toMatchObject({ by: anna, reason: 'errors', stage: 'prod' });
    expect(said.split('\n')[0]).toBe(`Written: s3://evidence/${record!.key}`);
    expect(said).toContain('role_arn = arn:aws:iam::444444444444:role/payment-processor-delivery-release-prod');
    expect(said).toContain('SYSTEM=payment-processor node build/programs/promotion.js stop --stage prod');
  });
  test('what cannot be written down ends it, and nothing is said of how', async () => {
    s3.on(PutObjectCommand).rejects(new Error('Access denied'));
    const { code, said } = await glass.run(asked, variables);
    expect({ code, said }).toEqual({ code: 1, said: 'Error: Access denied' });
  });
});

describe.each([
  ['rollback', command],
  ['break-glass', glass],
])('npm run %s', (_, it) => {
  test.each([
    ['--reason errors', 'Which environment?'],
    ['--stage prod', 'Why?'],
    ['--stage prod --reason=', 'Why?'],
    ['--stage none --reason errors', "There is no environment 'none'"],
    ['--stage prod --because errors', "Unknown option '--because'"],
  ])('wrong usage ends with 2: %s', async (line, says) => {
    const { code, said } = await it.run(line, variables);
    expect(code).toBe(2);
    expect(said).toContain(says);
  });
  test('--help says how; placeholder accounts are refused away from a local cloud', async () => {
    expect(await it.run('--help', variables)).toMatchObject({ code: 0, said: expect.stringContaining('Exit code') });
    expect(await it.run('--stage prod --reason errors', {})).toMatchObject({
      code: 1,
      said: expect.stringContaining('placeholder accounts for tooling, prod'),
    });
  });
});
