import { listed, resourcesOf, statementsOf, synthesized } from './support';

const { template } = synthesized().getStackByName('payment-delivery');
const roles = Object.keys(resourcesOf(template, 'AWS::IAM::Role'));
const role = (name: string) => roles.find((id) => id.startsWith(name))!;
const actionsOf = (name: string) =>
  statementsOf(template, role(name)).flatMap(({ Action }) => listed<string>(Action as never));
// Of the roles that the steps name, those of operators are for people.
const builds = roles.filter((id) => /^Role(?!operator)/.test(id));

test('no build or action may do what nobody named: no wildcard in an action', () => {
  expect(builds.length).toBeGreaterThan(20);
  for (const id of roles) {
    const actions = statementsOf(template, id).flatMap(({ Action }) => listed<string>(Action as never));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  }
});

test('builds read artifacts, with their key, and delete none; Synth, images and promotions alone leave some', () => {
  for (const id of builds) {
    const actions = actionsOf(id);
    expect(actions).toEqual(
      expect.arrayContaining(['s3:GetObject', 's3:GetObjectVersion', 's3:GetBucketLocation', 'kms:Decrypt']),
    );
    expect(actions.filter((action) => action.startsWith('s3:Delete'))).toEqual([]);
    const artifacts = statementsOf(template, id).filter(
      ({ Resource }) => !JSON.stringify(Resource).includes('Evidence'),
    );
    const written = artifacts.flatMap(({ Action }) => listed<string>(Action as never));
    expect(written.includes('s3:PutObject')).toBe(/^Role(synth|images|promotion)/.test(id));
  }
});

test('who writes artifacts may encrypt them, and hand them to another account; nobody lists them', () => {
  expect(actionsOf('Rolesynth')).toEqual(expect.arrayContaining(['s3:PutObject', 'kms:GenerateDataKey']));
  for (const id of builds) expect(actionsOf(id)).not.toContain('s3:ListBucket');
  expect(actionsOf('PipelineSourceCodePipelineActionRole')).toEqual(
    expect.arrayContaining(['s3:PutObject', 's3:PutObjectAcl']),
  );
});

test('builds write to the one log group that is theirs', () => {
  for (const id of builds) {
    const logging = statementsOf(template, id).filter(({ Action }) => JSON.stringify(Action).includes('logs:'));
    expect(logging).toHaveLength(1);
    expect(logging[0]!.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(JSON.stringify(logging[0]!.Resource)).toMatch(/"Fn::GetAtt":\["Logs\w+","Arn"\]/);
  }
});

test('the live checks write their one report, and nobody else writes one', () => {
  const reporting = builds.filter((id) => actionsOf(id).some((action) => action.startsWith('codebuild:')));
  expect(reporting.map((id) => id.slice(0, -8)).sort()).toEqual([
    'Rolechecksdev',
    'Rolechecksprod',
    'Rolechecksstaging',
  ]);
  for (const id of reporting) {
    const [report] = statementsOf(template, id).filter(({ Action }) => JSON.stringify(Action).includes('codebuild:'));
    expect(report!.Action).toEqual(
      ['BatchPutTestCases', 'CreateReport', 'CreateReportGroup', 'UpdateReport'].map((action) => `codebuild:${action}`),
    );
    expect(JSON.stringify(report!.Resource)).toMatch(
      /:report-group\/",\{"Ref":"Pipeline\w+livechecks\w+"\},"-checks"\]/,
    );
  }
});

test('the key encrypts the log group of the builds for CloudWatch Logs, and no other', () => {
  const [key] = Object.values(resourcesOf(template, 'AWS::KMS::Key'));
  const logs = [...key!.Properties!.KeyPolicy!.Statement!].filter((s) =>
    JSON.stringify(s.Principal).includes('"logs.'),
  );
  expect(logs).toHaveLength(1);
  expect(logs[0]!.Condition).toEqual({
    ArnEquals: {
      'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111111111111:log-group:/codebuild/payment-delivery',
    },
  });
  const [group] = Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'));
  expect(group!.Properties!.KmsKeyId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^ArtifactsKey/), 'Arn'] });
});

test('artifacts are kept in versions, and the former ones for a day', () => {
  const [bucket] = Object.values(resourcesOf(template, 'AWS::S3::Bucket'));
  expect(bucket!.Properties!.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  expect(bucket!.Properties!.LifecycleConfiguration!.Rules![0]).toMatchObject({
    ExpirationInDays: 30,
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  });
});

test('SelfMutate assumes the two roles of bootstrapping that deploy its own stack', () => {
  const [assume] = statementsOf(template, role('PipelineUpdatePipelineSelfMutationRole')).filter(
    ({ Action }) => (Action as string) === 'sts:AssumeRole',
  );
  const roleArn = (name: string) => `arn:aws:iam::111111111111:role/cdk-hnb659fds-${name}-111111111111-us-east-1`;
  expect(assume!.Resource).toEqual([roleArn('deploy-role'), roleArn('file-publishing-role')]);
});
