import { deliverySteps } from '../../declarations/names';
import { accounts, environmentNames, resources, synthesize, type Template } from './support';

const { templates } = synthesize();

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

/** Actions that take no resource, or whose resource cannot be known. Source: AWS, Service Authorization Reference. */
const withoutResource = [
  // A token is the registry's.
  'ecr:GetAuthorizationToken',
  // Session Manager's channels.
  /^ssmmessages:(Create|Open)(Control|Data)Channel$/,
  // Deployments, once they run, and their targets.
  /^codedeploy:(StopDeployment|ContinueDeployment|ListDeploymentTargets|GetDeploymentTarget|BatchGetDeploymentTargets)$/,
  // Listing within a cluster, which a condition names.
  /^ecs:List(Tasks|Services)$/,
  // Task definitions, when read.
  /^ecs:(DescribeTaskDefinition|ListTaskDefinitions)$/,
  // Finding groups by a prefix.
  'logs:DescribeLogGroups',
  // Descriptions.
  /^(ec2|elasticloadbalancing|application-autoscaling):Describe[A-Za-z]+$/,
];
const mayHaveNoResource = (action: string) =>
  withoutResource.some((known) => (typeof known === 'string' ? known === action : known.test(action)));

describe.each(environmentNames)('IAM in %s', (environment) => {
  const roles = Object.values(templates[environment]!).flatMap(rolesOf);
  const account = accounts[environment];
  const delivery = (step: string) => roles.find((r) => r.name === `payment-delivery-${step}-${environment}`)!;
  const actions = (step: string) => delivery(step).statements.flatMap((s) => list(s.Action));

  test('each service has an execution role and a task role; the rest are the delivery, CodeDeploy and the probe', () => {
    expect(roles.map((r) => r.name).sort()).toEqual(
      [
        ...deliverySteps.map((step) => `payment-delivery-${step}-${environment}`),
        ...['payment-api', 'fraud-detection'].flatMap((s) => [
          `${s}-exec-role-${environment}`,
          `${s}-task-role-${environment}`,
        ]),
        `payment-api-codedeploy-role-${environment}`,
        `payment-probe-role-${environment}`,
      ].sort(),
    );
  });

  test('no role without a named resource where an action takes one, no wildcard actions, nothing of other accounts but images', () => {
    for (const { name, statements } of roles) {
      for (const { Effect, Action, Resource } of statements) {
        expect([name, Effect]).toEqual([name, 'Allow']);
        for (const action of list(Action)) expect([name, action]).toEqual([name, expect.not.stringContaining('*')]);
        if (list(Resource).includes('*')) {
          expect([name, list(Action).filter((action) => !mayHaveNoResource(action))]).toEqual([name, []]);
        } else {
          const ofOthers = list(Resource).filter(
            (arn) => /:\d{12}:/.test(String(arn)) && !String(arn).includes(`:${account}:`),
          );
          for (const arn of ofOthers)
            expect(arn).toMatch(/^arn:aws:ecr:us-east-1:999999999990:repository\/(payment-api|fraud-detection)$/);
        }
      }
    }
  });

  test('listing tasks and services is allowed in the own cluster only', () => {
    const listing = roles.flatMap((r) => r.statements).filter((s) => list(s.Action).includes('ecs:ListTasks'));
    expect(listing).toHaveLength(4);
    for (const { Condition } of listing) {
      expect(Condition).toEqual({
        ArnEquals: { 'ecs:cluster': `arn:aws:ecs:us-east-1:${account}:cluster/payment-cluster-${environment}` },
      });
    }
  });

  test('roles are passed to tasks only', () => {
    const passing = roles.flatMap((r) => r.statements).filter((s) => list(s.Action).includes('iam:PassRole'));
    expect(passing).toHaveLength(3);
    for (const { Condition } of passing) {
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
    }
  });

  test('CodeDeploy may look at alarms as CloudWatch asks for it: at all, however few it names', () => {
    const codeDeploy = roles.find((r) => r.name === `payment-api-codedeploy-role-${environment}`)!;
    const looking = codeDeploy.statements.filter((s) => list(s.Action).includes('cloudwatch:DescribeAlarms'));
    expect(looking.flatMap((s) => list(s.Resource))).toEqual([`arn:aws:cloudwatch:us-east-1:${account}:alarm:*`]);
  });

  test('the probe may have its network interfaces, and addresses on them', () => {
    const probe = roles.find((r) => r.name === `payment-probe-role-${environment}`)!;
    const scoped = probe.statements.find((s) => list(s.Action).includes('ec2:CreateNetworkInterface'))!;
    expect(list(scoped.Action).sort()).toEqual([
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:UnassignPrivateIpAddresses',
    ]);
    expect(list(scoped.Resource)).toContain(`arn:aws:ec2:us-east-1:${account}:network-interface/*`);
  });

  test('nobody trusts everybody', () => {
    for (const { name, trust } of roles)
      expect([name, JSON.stringify(trust.map((s) => s.Principal))]).toEqual([name, expect.not.stringContaining('*')]);
  });

  test.each(deliverySteps)(
    "the role of step '%s' trusts the step's own role in the pipeline's account, by its whole name",
    (step) => {
      const trusted = [step, ...(step === 'release' ? ['checks'] : [])].map(
        (name) => `arn:aws:iam::${accounts.tooling}:role/payment-${name}-step-${environment}`,
      );
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
    expect(others).toHaveLength(3);
    for (const { trust } of others) expect(trust[0]!.Condition!.StringEquals).toEqual({ 'aws:SourceAccount': account });
  });

  test('checks change nothing', () => {
    for (const action of actions('checks'))
      expect(action).toMatch(/^[a-z0-9-]+:(Describe|List|Get|BatchGet|Filter|InvokeFunction)/);
  });

  test.each([
    ['watch', ['ecs:DeleteService', 'logs:GetLogEvents', 'cloudformation:DescribeStacks'], ['ecs:UpdateService']],
    [
      'release',
      ['codedeploy:CreateDeployment', 'codedeploy:StopDeployment', 'ecs:UpdateService'],
      ['codedeploy:ContinueDeployment'],
    ],
    ['checks', ['logs:FilterLogEvents', 'lambda:InvokeFunction'], ['codedeploy:StopDeployment', 'ecr:DescribeImages']],
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

  test.each(['release', 'promotion'])(
    "step '%s' scales nothing but ECS services, and updates those of the stage",
    (step) => {
      const scaling = delivery(step).statements.filter((s) =>
        list(s.Action).includes('application-autoscaling:RegisterScalableTarget'),
      );
      expect(scaling).toEqual([
        {
          Effect: 'Allow',
          Action: 'application-autoscaling:RegisterScalableTarget',
          Resource: `arn:aws:application-autoscaling:us-east-1:${account}:scalable-target/*`,
          Condition: {
            StringEquals: {
              'application-autoscaling:service-namespace': 'ecs',
              'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
            },
          },
        },
      ]);
      expect(actions(step)).toContain('application-autoscaling:DescribeScalableTargets');
      const update = delivery(step).statements.filter((s) => s.Action === 'ecs:UpdateService');
      expect(update.flatMap((s) => list(s.Resource)).sort()).toEqual(
        ['fraud-detection', 'payment-api'].map(
          (name) => `arn:aws:ecs:us-east-1:${account}:service/payment-cluster-${environment}/${name}-${environment}`,
        ),
      );
    },
  );

  test('only roles of rolling services are passed, and only parameters of the stage are written', () => {
    const [pass] = delivery('release').statements.filter((s) => s.Action === 'iam:PassRole');
    expect(pass!.Resource).toEqual(
      ['exec', 'task'].map((kind) => `arn:aws:iam::${account}:role/fraud-detection-${kind}-role-${environment}`),
    );
    const [put] = delivery('promotion').statements.filter((s) => list(s.Action).includes('ssm:PutParameter'));
    expect(put!.Resource).toBe(`arn:aws:ssm:us-east-1:${account}:parameter/payment/${environment}/*`);
  });

  test('ECS Exec is allowed to tasks where it is on', () => {
    const task = roles.find((r) => r.name === `payment-api-task-role-${environment}`)!;
    expect(task.statements.flatMap((s) => list(s.Action)).length).toBe(environment === 'prod' ? 0 : 4);
  });

  test('an execution role reads its own image and writes its own logs', () => {
    const execution = roles.find((r) => r.name === `fraud-detection-exec-role-${environment}`)!;
    expect(execution.statements.map((s) => [list(s.Action)[0], s.Resource])).toEqual([
      ['ecr:GetAuthorizationToken', '*'],
      ['ecr:BatchCheckLayerAvailability', 'arn:aws:ecr:us-east-1:999999999990:repository/fraud-detection'],
      ['logs:CreateLogStream', { 'Fn::GetAtt': [expect.stringContaining('Logs'), 'Arn'] }],
    ]);
  });
});
