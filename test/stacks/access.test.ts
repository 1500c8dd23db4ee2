import { deliverySteps } from '../../declarations/names';
import { declareSystem } from '../../declarations/system';
import { systems } from '../../stages/systems';
import { ecsPayments } from '../../stages/systems/ecs-payments';
import { accounts, environmentNames, environments, resources, synthesize, synthesized, type Template } from './support';
import { takesNoResource } from '../templates/without-resource';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: Record<string, unknown>;
  readonly Condition?: Record<string, Record<string, unknown>>;
}
interface Role {
  readonly name: string;
  readonly trust: Statement[];
  readonly statements: Statement[];
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const rolesOf = (template: Template): Role[] =>
  resources(template, 'AWS::IAM::Role').map(([, { Properties }]) => ({
    name: String(Properties.RoleName),
    trust: statementsOf(Properties.AssumeRolePolicyDocument),
    statements: list((Properties.Policies ?? []) as unknown as { PolicyDocument: unknown }[]).flatMap((p) =>
      statementsOf(p.PolicyDocument),
    ),
  }));
const statementsOf = (document: unknown) => (document as { Statement: Statement[] }).Statement;

const everywhere = systems.flatMap((system) => environmentNames.map((environment) => ({ system, environment })));

describe.each(everywhere)('IAM of $system.name in $environment', ({ system, environment }) => {
  const templates = synthesized(system.name).templates[environment]!;
  const roles = Object.values(templates).flatMap(rolesOf);
  const account = accounts[environment];
  const { prefix, services, database, region } = system;
  const shifted = services.filter((s) => s.release === 'BLUE_GREEN').map((s) => s.name);
  const rolling = services.filter((s) => s.release === 'ROLLING').map((s) => s.name);
  const delivery = (step: string) => roles.find((r) => r.name === `${prefix}-delivery-${step}-${environment}`)!;
  const actions = (step: string) => delivery(step).statements.flatMap((s) => list(s.Action));
  const resourcesFor = (step: string, action: string) =>
    delivery(step)
      .statements.filter((s) => list(s.Action).includes(action))
      .flatMap((s) => list(s.Resource));

  test('each service has an execution role and a task role; every other role is expected', () => {
    expect(roles.map((r) => r.name).sort()).toEqual(
      [
        ...deliverySteps.map((step) => `${prefix}-delivery-${step}-${environment}`),
        ...services.flatMap((s) => [`${s.name}-exec-role-${environment}`, `${s.name}-task-role-${environment}`]),
        ...shifted.map((name) => `${name}-codedeploy-role-${environment}`),
        ...(database ? [`${prefix}-database-monitoring-role-${environment}`] : []),
        `${prefix}-probe-role-${environment}`,
        `${prefix}-flow-log-role-${environment}`,
      ].sort(),
    );
  });

  test('no role without a named resource where an action takes one, no wildcard actions, nothing of other accounts but images', () => {
    const images = services.map((s) => `arn:aws:ecr:${region}:${accounts.tooling}:repository/${s.name}`);
    for (const { name, statements } of roles) {
      for (const { Effect, Action, Resource } of statements) {
        expect([name, Effect]).toEqual([name, 'Allow']);
        expect(list(Resource)).not.toEqual([]);
        for (const action of list(Action)) expect([name, action]).toEqual([name, expect.not.stringContaining('*')]);
        if (list(Resource).includes('*')) {
          expect([name, list(Action).filter((action) => !takesNoResource(action))]).toEqual([name, []]);
        } else {
          const ofOthers = list(Resource).filter(
            (arn) => /:\d{12}:/.test(String(arn)) && !String(arn).includes(`:${account}:`),
          );
          for (const arn of ofOthers) expect(images).toContain(arn);
        }
      }
    }
  });

  // IAM allows 10240 characters of inline policies a role. Source: AWS, "IAM and AWS STS quotas".
  test('no role is near the limit of its policies', () => {
    for (const { name, statements } of roles)
      expect([name, JSON.stringify(statements).length < 7000]).toEqual([name, true]);
  });

  test('listing tasks and services is allowed in the own cluster only', () => {
    const listing = roles.flatMap((r) => r.statements).filter((s) => list(s.Action).includes('ecs:ListTasks'));
    expect(listing).toHaveLength(4);
    for (const { Condition } of listing) {
      expect(Condition).toEqual({
        ArnEquals: { 'ecs:cluster': `arn:aws:ecs:${region}:${account}:cluster/${prefix}-cluster-${environment}` },
      });
    }
  });

  test('roles are passed to tasks only', () => {
    const passing = roles.flatMap((r) => r.statements).filter((s) => list(s.Action).includes('iam:PassRole'));
    // CodeDeploy for each service that it releases; the release, where there are services to put back.
    expect(passing).toHaveLength(shifted.length + (rolling.length ? 1 : 0));
    for (const { Condition } of passing) {
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
    }
    expect(resourcesFor('release', 'iam:PassRole')).toEqual(
      rolling.flatMap((name) =>
        ['exec', 'task'].map((kind) => `arn:aws:iam::${account}:role/${name}-${kind}-role-${environment}`),
      ),
    );
  });

  test('CodeDeploy may look at alarms as CloudWatch asks for it: at all, however few it names', () => {
    for (const name of shifted) {
      const codeDeploy = roles.find((r) => r.name === `${name}-codedeploy-role-${environment}`)!;
      const looking = codeDeploy.statements.filter((s) => list(s.Action).includes('cloudwatch:DescribeAlarms'));
      expect(looking.flatMap((s) => list(s.Resource))).toEqual([`arn:aws:cloudwatch:${region}:${account}:alarm:*`]);
    }
  });

  test('the probe may have its network interfaces, and addresses on them', () => {
    const probe = roles.find((r) => r.name === `${prefix}-probe-role-${environment}`)!;
    const scoped = probe.statements.find((s) => list(s.Action).includes('ec2:CreateNetworkInterface'))!;
    expect(list(scoped.Action).sort()).toEqual([
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:UnassignPrivateIpAddresses',
    ]);
    expect(list(scoped.Resource)).toContain(`arn:aws:ec2:${region}:${account}:network-interface/*`);
  });

  test('flow logs are written by flow logs of this account, to their log group', () => {
    const role = roles.find((r) => r.name === `${prefix}-flow-log-role-${environment}`)!;
    expect(role.trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:ec2:${region}:${account}:vpc-flow-log/*` },
        },
      },
    ]);
    expect(role.statements).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringContaining('FlowLogs'), 'Arn'] },
      },
    ]);
  });

  test('nobody trusts everybody', () => {
    for (const { name, trust } of roles)
      expect([name, JSON.stringify(trust.map((s) => s.Principal))]).toEqual([name, expect.not.stringContaining('*')]);
  });

  test.each(deliverySteps)(
    "the role of step '%s' trusts the step's own role in the pipeline's account, and the operators' where going back needs it, by whole names",
    (step) => {
      const trusted = [
        ...[step, ...(step === 'release' ? ['checks'] : [])].map((name) => `${prefix}-${name}-step-${environment}`),
        // A person who goes back does what these three do.
        ...(['release', 'checks', 'promotion'].includes(step) ? [`${prefix}-operator-${environment}`] : []),
      ].map((name) => `arn:aws:iam::${accounts.tooling}:role/${name}`);
      expect(delivery(step).trust).toEqual([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: `arn:aws:iam::${accounts.tooling}:root` },
          Condition: { ArnEquals: { 'aws:PrincipalArn': trusted } },
        },
      ]);
    },
  );

  test('ECS may use the execution role; conditions on it are documented for the task role only', () => {
    for (const { trust } of roles.filter((r) => r.name.includes('-exec-role'))) {
      expect(trust).toEqual([
        { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
  });

  test('tasks and CodeDeploy are trusted for this account only', () => {
    const others = roles.filter((r) => /(task|codedeploy)-role/.test(r.name));
    expect(others).toHaveLength(services.length + shifted.length);
    for (const { trust } of others) expect(trust[0]!.Condition!.StringEquals).toEqual({ 'aws:SourceAccount': account });
  });

  test('checks change nothing, and read no secret; where scaling is tried, they set the state of its alarms', () => {
    const tries = resourcesFor('checks', 'cloudwatch:SetAlarmState');
    const alarms = `arn:aws:cloudwatch:${region}:${account}:alarm:TargetTracking-service/${prefix}-cluster-${environment}/*`;
    expect(tries).toEqual(environment === 'dev' ? [alarms] : []);
    for (const action of actions('checks').filter((a) => a !== 'cloudwatch:SetAlarmState')) {
      expect(action).toMatch(/^[a-z0-9-]+:(Describe|List|Get|BatchGet|Filter|InvokeFunction)/);
      expect(action).not.toBe('secretsmanager:GetSecretValue');
    }
  });

  test('checks look at the data, the dashboard and the protection of this stage alone', () => {
    const inRegion = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
    const database = system.database ? `${prefix}-database-${environment}` : undefined;
    expect(resourcesFor('checks', 'rds:DescribeDBClusters')).toEqual(
      database ? [inRegion('rds', `cluster:${database}`)] : [],
    );
    expect(resourcesFor('checks', 'rds:DescribeDBInstances')).toEqual(
      database ? [inRegion('rds', `db:${database}-*`)] : [],
    );
    expect(resourcesFor('checks', 'secretsmanager:DescribeSecret')).toEqual([
      ...system.secrets.map((s) => inRegion('secretsmanager', `secret:${s.name}-${environment}-??????`)),
      ...(database ? [inRegion('secretsmanager', 'secret:rds!cluster-*')] : []),
    ]);
    expect(resourcesFor('checks', 'cloudwatch:GetDashboard')).toEqual(
      system.dashboard ? [`arn:aws:cloudwatch::${account}:dashboard/${prefix}-dashboard-${environment}`] : [],
    );
    expect(resourcesFor('checks', 'sns:GetTopicAttributes')).toEqual([
      inRegion('sns', `${prefix}-alarms-${environment}`),
    ]);
    const kinds = Object.keys(templates).map((kind) =>
      inRegion('cloudformation', `stack/${prefix}-${kind}-${environment}/*`),
    );
    expect(resourcesFor('checks', 'cloudformation:GetStackPolicy').sort()).toEqual(kinds.sort());
    expect(resourcesFor('protect', 'cloudformation:SetStackPolicy').sort()).toEqual(kinds.sort());
  });

  test.each([
    ['watch', ['ecs:DeleteService', 'logs:GetLogEvents', 'cloudformation:DescribeStacks'], ['ecs:UpdateService']],
    [
      'release',
      ['codedeploy:CreateDeployment', 'codedeploy:StopDeployment', 'ecs:UpdateService'],
      ['codedeploy:ContinueDeployment'],
    ],
    ['checks', ['logs:GetLogEvents', 'lambda:InvokeFunction'], ['codedeploy:StopDeployment', 'ecr:DescribeImages']],
    [
      'promotion',
      ['codedeploy:ContinueDeployment', 'codedeploy:StopDeployment', 'ssm:PutParameter'],
      ['ecs:DeleteService'],
    ],
    [
      'protect',
      ['cloudformation:UpdateTerminationProtection', 'cloudformation:SetStackPolicy'],
      ['ecs:DescribeServices'],
    ],
  ])("step '%s' may do what it is for", (step, may, mayNot) => {
    expect(actions(step)).toEqual(expect.arrayContaining(may));
    for (const action of mayNot) expect(actions(step)).not.toContain(action);
  });

  test.each([
    ['release', 'reads', 'ssm:GetParameter'],
    ['promotion', 'writes', 'ssm:PutParameter'],
  ])(
    "step '%s' scales nothing but ECS services, updates those of the stage's cluster, and %s its parameters",
    (step, _, onParameters) => {
      const scaling = delivery(step).statements.filter((s) =>
        list(s.Action).includes('application-autoscaling:RegisterScalableTarget'),
      );
      expect(scaling).toEqual([
        {
          Effect: 'Allow',
          Action: 'application-autoscaling:RegisterScalableTarget',
          Resource: `arn:aws:application-autoscaling:${region}:${account}:scalable-target/*`,
          Condition: {
            StringEquals: {
              'application-autoscaling:service-namespace': 'ecs',
              'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
            },
          },
        },
      ]);
      expect(actions(step)).toContain('application-autoscaling:DescribeScalableTargets');
      expect(resourcesFor(step, 'ecs:UpdateService')).toEqual([
        `arn:aws:ecs:${region}:${account}:service/${prefix}-cluster-${environment}/*`,
      ]);
      expect(actions(step).filter((action) => action.startsWith('ssm:'))).toEqual([onParameters]);
      expect(resourcesFor(step, onParameters)).toEqual([
        `arn:aws:ssm:${region}:${account}:parameter/${prefix}/${environment}/*`,
      ]);
    },
  );

  test("deployments are those of the stage's application", () => {
    expect(resourcesFor('release', 'codedeploy:CreateDeployment')).toEqual([
      `arn:aws:codedeploy:${region}:${account}:deploymentgroup:${prefix}-${environment}/*`,
    ]);
  });
});

test('a system without blue/green services has no deployments to allow', () => {
  const [, ...internal] = ecsPayments.services;
  const system = declareSystem({ ...ecsPayments, services: internal });
  const { templates } = synthesize({ system, into: [environments[0]!] });
  const statements = rolesOf(templates.dev!.access!).flatMap((r) => r.statements);
  expect(statements.flatMap((s) => list(s.Action))).not.toContain('codedeploy:CreateDeployment');
  for (const { Resource } of statements) expect(list(Resource)).not.toEqual([]);
});
