import { cases, required } from './required';
import { accounts, plain, resources, synthesized } from './support';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const named = cases.map((c) => [c.service, c.system, c.environment, c] as const);

describe.each(named)('roles of %s of %s in %s', (service, system, environment, { row }) => {
  const template = synthesized(system).templates[environment]![service]!;
  const { prefix, region, tracing } = required[system]!;
  const account = accounts[environment];
  const role = (name: string) =>
    resources(template, 'AWS::IAM::Role').find(([, { Properties }]) => String(Properties.RoleName) === name)![1]
      .Properties;
  /** Every permission as 'action resource'. */
  const permissions = (name: string) =>
    statements(name).flatMap((s) => list(s.Action).flatMap((a) => list(s.Resource).map((r) => `${a} ${plain(r)}`)));
  const statements = (name: string): Statement[] =>
    ((role(name).Policies ?? []) as unknown as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
      (p) => p.PolicyDocument.Statement,
    );
  const execution = `${service}-exec-role-${environment}`;
  const task = `${service}-task-role-${environment}`;

  test('the execution role starts the task: image, logs, its own secrets, and nothing else', () => {
    const [logGroup] = resources(template, 'AWS::Logs::LogGroup')[0]!;
    const repository = `arn:aws:ecr:${region}:${accounts.tooling}:repository/${service}`;
    const { DB_ENDPOINT, ...secrets } = row.secrets;
    expect(permissions(execution)).toEqual([
      'ecr:GetAuthorizationToken *',
      ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map(
        (a) => `ecr:${a} ${repository}`,
      ),
      ...['CreateLogStream', 'PutLogEvents'].map((a) => `logs:${a} ${logGroup}.Arn`),
      ...Object.values(secrets).map((part) =>
        expect.stringMatching(`^secretsmanager:GetSecretValue ${prefix}-data-${environment}:.*${part}`),
      ),
      ...(DB_ENDPOINT
        ? [`ssm:GetParameters arn:aws:ssm:${region}:${account}:parameter/${prefix}/${environment}/database/endpoint`]
        : []),
      ...(Object.keys(secrets).length
        ? [expect.stringMatching(`^kms:Decrypt ${prefix}-data-${environment}:.*SecretsKey`)]
        : []),
    ]);
  });

  test('the key of the secrets decrypts on the way through Secrets Manager only', () => {
    const decrypting = statements(execution).filter((s) => list(s.Action).includes('kms:Decrypt'));
    expect(decrypting.map((s) => s.Condition)).toEqual(
      Object.keys(row.secrets).length
        ? [{ StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } }]
        : [],
    );
  });

  test('the task role has ECS Exec where it is on, traces where there are some, and nothing else', () => {
    const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
    const traces = ['GetSamplingRules', 'GetSamplingTargets', 'PutTelemetryRecords', 'PutTraceSegments'];
    expect(permissions(task)).toEqual([
      ...(environment === 'prod' ? [] : channels.map((a) => `ssmmessages:${a} *`)),
      ...(tracing ? traces.map((a) => `xray:${a} *`) : []),
    ]);
  });

  test('tasks assume them, and the task role for this account only', () => {
    const trust = { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' } };
    expect(role(execution).AssumeRolePolicyDocument!.Statement).toEqual([trust]);
    expect(role(task).AssumeRolePolicyDocument!.Statement).toEqual([
      {
        ...trust,
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${account}:*` },
        },
      },
    ]);
  });
});
