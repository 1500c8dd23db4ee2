import {
  CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
  GetTemplateCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { changeGuard } from '../../../pipeline/programs/change-guard';
import type { ResolvedException } from '../../../pipeline/programs/exceptions';
import { writeExceptions } from '../../../pipeline/programs/exceptions-file';
import { openPolicy, protectingPolicy } from '../../../pipeline/programs/stack-policy';
import { temporaryFolder } from '../temporary-folder';
import { runWork } from './support';

const cloudFormation = mockClient(CloudFormationClient);
const loadBalancing = mockClient(ElasticLoadBalancingV2Client);
const sts = mockClient(STSClient);
const stackName = 'payment-payment-api-dev';
const ssm = mockClient(SSMClient);
const variables = {
  STAGE_REGION: 'us-east-1',
  STAGE_ROLE_ARN: 'arn:aws:iam::222222222222:role/lookup',
  STAGE: 'dev',
  RETAIN_DATA: 'false',
  DELIVERED: '/payment/delivered/dev',
  COMMIT_ID: 'ccc',
};
const directory = temporaryFolder();
const guard = (args = ['--stack', stackName], more: NodeJS.ProcessEnv = {}) =>
  runWork(changeGuard, { args, variables: { ...variables, ...more }, directory });

const rule = 'arn:aws:elasticloadbalancing:us-east-1:222222222222:listener-rule/app/alb/1/2/3';
const ruleChange: ResourceChange = {
  Action: 'Modify',
  Replacement: 'False',
  LogicalResourceId: 'ProductionRule',
  PhysicalResourceId: rule,
  ResourceType: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  Details: [{ Target: { Attribute: 'Properties', Name: 'Priority' }, Evaluation: 'Static' }],
};
const template = {
  Resources: {
    ProductionRule: {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: { Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Blue' } }] },
    },
  },
};
const groups = ['blue', 'green'].map((name) => ({
  LogicalResourceId: name === 'blue' ? 'Blue' : 'Green',
  PhysicalResourceId: `arn:${name}`,
  ResourceType: undefined,
  ResourceStatus: undefined,
  Timestamp: undefined,
}));

const named = (name: string) => Object.assign(new Error(name), { name });

beforeEach(() => {
  for (const client of [cloudFormation, loadBalancing, sts, ssm]) client.reset();
  writeExceptions(directory, {});
  const secret = {
    AccessKeyId: 'A',
    SecretAccessKey: 'B',
    SessionToken: 'C',
    Expiration: new Date(Date.now() + 3.6e6),
  };
  sts.on(AssumeRoleCommand).resolves({ Credentials: secret });
  cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ StackStatus: 'UPDATE_COMPLETE' } as never] });
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(template) });
  cloudFormation.on(DescribeStackResourcesCommand).resolves({ StackResources: groups });
  prepared();
});

const prepared = (...changes: ResourceChange[]) =>
  cloudFormation.on(DescribeChangeSetCommand).resolves({
    Status: 'CREATE_COMPLETE',
    Changes: changes.map((change) => ({ Type: 'Resource', ResourceChange: change })),
  });
const live = (...weights: [string, number | undefined][]) =>
  loadBalancing.on(DescribeRulesCommand, { RuleArns: [rule] }).resolves({
    Rules: [
      {
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
          },
        ],
      },
    ],
  });

describe('how it is called', () => {
  test.each([[[]], [['--stack', '']], [['--stak', 'x']], [['--stack', 'x', 'y']]])(
    '%j is wrong usage',
    async (args) => {
      expect((await guard(args)).code).toBe(2);
    },
  );
});

describe('there is nothing to guard where', () => {
  test('the stack does not exist', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('Stack with id x does not exist'));
    expect(await guard()).toEqual({ code: 0, said: `${stackName} is new: there is nothing to guard.` });
  });

  test('the change set makes it', async () => {
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ StackStatus: 'REVIEW_IN_PROGRESS' } as never] });
    expect(await guard()).toEqual({ code: 0, said: `${stackName} is new: there is nothing to guard.` });
  });

  test.each([
    ["The submitted information didn't contain changes. Submit different information to create a change set."],
    ['No updates are to be performed.'],
  ])('the change set failed with "%s"', async (StatusReason) => {
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'FAILED', StatusReason });
    expect(await guard()).toEqual({ code: 0, said: `${stackName} does not change.` });
  });

  test('the change set is gone', async () => {
    const gone = Object.assign(new Error('gone'), { name: 'ChangeSetNotFoundException' });
    cloudFormation.on(DescribeChangeSetCommand).rejects(gone);
    expect((await guard()).said).toBe(`${stackName} does not change.`);
  });

  test('changes lose nothing', async () => {
    prepared({ Action: 'Add', LogicalResourceId: 'Alarm', ResourceType: 'AWS::CloudWatch::Alarm' });
    expect(await guard()).toEqual({ code: 0, said: `${stackName}: 1 changes, none that loses data or requests.` });
    expect(ssm.calls()).toHaveLength(0);
  });
});

describe('it fails, and does not pass, where', () => {
  test('the stack cannot be read', async () => {
    cloudFormation.on(DescribeStacksCommand).rejects(new Error('AccessDenied'));
    expect(await guard()).toEqual({ code: 1, said: 'Error: AccessDenied' });
  });

  test('the change set cannot be read', async () => {
    cloudFormation.on(DescribeChangeSetCommand).rejects(new Error('AccessDenied'));
    expect((await guard()).code).toBe(1);
  });

  test.each([[{}], [{ StatusReason: 'Export in use' }]])('the change set could not be made: %j', async (why) => {
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'FAILED', ...why });
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said).toContain(`The change set of ${stackName} could not be made`);
  });

  test('the live rule cannot be read', async () => {
    prepared(ruleChange);
    loadBalancing.on(DescribeRulesCommand).rejects(new Error('AccessDenied'));
    expect(await guard()).toEqual({ code: 1, said: 'Error: AccessDenied' });
  });
});

test('it reads all pages of the change set, in the look-up role', async () => {
  const remove = {
    Action: 'Remove',
    LogicalResourceId: 'Blue',
    ResourceType: 'AWS::ElasticLoadBalancingV2::TargetGroup',
  };
  cloudFormation
    .on(DescribeChangeSetCommand)
    .resolves({ NextToken: 'two', Changes: [{ Type: 'Hook' as never }] })
    .on(DescribeChangeSetCommand, { NextToken: 'two' })
    .resolves({ NextToken: 'three', Changes: [{ Type: 'Resource', ResourceChange: remove as ResourceChange }] })
    .on(DescribeChangeSetCommand, { NextToken: 'three' })
    .resolves({});
  const { code, said } = await guard();
  expect([code, said.split('\n').slice(0, 3)]).toEqual([
    1,
    [
      `The prepared change of ${stackName} is refused; nothing was changed.`,
      '- Blue (AWS::ElasticLoadBalancingV2::TargetGroup)',
      '  It would be deleted, and requests on their way would be lost.',
    ],
  ]);
  const [client] = cloudFormation.commandCalls(DescribeChangeSetCommand).map(({ thisValue }) => thisValue);
  const { config } = client as CloudFormationClient;
  expect((await config.credentials()).accessKeyId).toBe('A');
});

describe('a change of a listener rule', () => {
  beforeEach(() => void prepared(ruleChange));

  test('passes where live and template forward alike, whatever weights 0 are left', async () => {
    live(['arn:blue', 100], ['arn:green', 0]);
    expect((await guard()).code).toBe(0);
  });

  test('is refused after a swap: it would send requests back', async () => {
    live(['arn:blue', 0], ['arn:green', undefined]);
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said).toContain(`- ProductionRule (AWS::ElasticLoadBalancingV2::ListenerRule, ${rule}), by Priority`);
    expect(said).toContain('It forwards to arn:green, and the template says arn:blue');
  });

  test('is refused where the rule is gone', async () => {
    loadBalancing.on(DescribeRulesCommand).rejects(Object.assign(new Error('gone'), { name: 'RuleNotFoundException' }));
    expect((await guard()).said).toContain('It forwards to nothing, and the template says arn:blue');
  });

  test('is refused where nobody knows what the template means', async () => {
    live(['arn:blue', 100]);
    cloudFormation.on(DescribeStackResourcesCommand).resolves({});
    expect((await guard()).said).toContain('the template says {"Ref":"Blue"}');
  });

  test('is refused where the rule would forward no more', async () => {
    live(['arn:blue', 100]);
    cloudFormation.on(GetTemplateCommand, { ChangeSetName: 'PipelineChange' }).resolves({
      TemplateBody: '{"Resources":{}}',
    });
    expect((await guard()).said).toContain('the template says nothing');
  });

  test('is refused where the rule that it names is not told', async () => {
    loadBalancing.on(DescribeRulesCommand).resolves({});
    expect((await guard()).said).toContain('It forwards to nothing');
  });
});

describe('a change of a listener', () => {
  const arn = 'arn:listener';
  const listener = { ...ruleChange, PhysicalResourceId: arn, ResourceType: 'AWS::ElasticLoadBalancingV2::Listener' };
  beforeEach(() => void prepared(listener));

  test('passes where it forwards nowhere', async () => {
    loadBalancing.on(DescribeListenersCommand, { ListenerArns: [arn] }).resolves({
      Listeners: [{ DefaultActions: [{ Type: 'fixed-response' }] }],
    });
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: '{"Resources":{}}' });
    expect((await guard()).code).toBe(0);
  });

  test.each([
    ['is gone', () => loadBalancing.on(DescribeListenersCommand).rejects(named('ListenerNotFoundException'))],
    ['is not told', () => loadBalancing.on(DescribeListenersCommand).resolves({})],
  ])('is refused where it %s', async (_, tell) => {
    tell();
    const body = {
      Resources: { ProductionRule: { ...template.Resources.ProductionRule, Type: listener.ResourceType } },
    };
    body.Resources.ProductionRule.Properties = {
      DefaultActions: template.Resources.ProductionRule.Properties.Actions,
    } as never;
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(body) });
    expect((await guard()).said).toContain('It forwards to nothing, and the template says arn:blue');
  });
});

test("a nested stack's own change set is read, and what it loses is refused", async () => {
  const [nestedStack, nestedSet] = ['arn:nested', 'arn:change-set'];
  const nested: ResourceChange = {
    ...{ Action: 'Modify', Replacement: 'False', LogicalResourceId: 'Nested', PhysicalResourceId: nestedStack },
    ...{ ResourceType: 'AWS::CloudFormation::Stack', ChangeSetId: nestedSet, Details: [] },
  };
  const bucket: ResourceChange = { Action: 'Remove', LogicalResourceId: 'Bucket', ResourceType: 'AWS::S3::Bucket' };
  prepared({ ...nested, Action: 'Add' }, nested);
  cloudFormation
    .on(DescribeChangeSetCommand, { StackName: nestedStack, ChangeSetName: nestedSet })
    .resolves({ Changes: [{ ResourceChange: bucket }] });
  const { code, said } = await guard();
  expect(code).toBe(1);
  expect(said).toContain('- Bucket (AWS::S3::Bucket)\n  It would be deleted');
});

test('a policy that keeps data is not weakened where data is retained', async () => {
  prepared();
  const bucket = (DeletionPolicy: string) => ({
    TemplateBody: JSON.stringify({ Resources: { Blue: { Type: 'AWS::S3::Bucket', DeletionPolicy } } }),
  });
  cloudFormation
    .on(GetTemplateCommand)
    .resolves(bucket('Retain'))
    .on(GetTemplateCommand, { ChangeSetName: 'PipelineChange' })
    .resolves(bucket('Delete'));
  const { code, said } = await guard(undefined, { RETAIN_DATA: 'true' });
  expect(code).toBe(1);
  expect(said).toContain('- Blue (AWS::S3::Bucket, arn:blue), by DeletionPolicy\n  What is retained now');
  expect((await guard()).code).toBe(0);
});

test('a refusal says what to do, and how it is allowed all the same', async () => {
  prepared({ Action: 'Remove', LogicalResourceId: 'Logs', ResourceType: 'AWS::Logs::LogGroup' });
  const { said } = await guard();
  expect(said.split('\n')).toEqual([
    `The prepared change of ${stackName} is refused; nothing was changed.`,
    '- Logs (AWS::Logs::LogGroup)',
    '  It would be deleted, and its data would be lost.',
    expect.stringMatching(/^ {2}Take the change back\. /),
    "If it is meant all the same: with a later commit, add to the exceptions of 'dev' in stages/environments.ts, for review,",
    `  { stack: '${stackName}', resource: 'Logs', allow: 'delete',`,
    "    reason: '...', commits: { from: '<the commit that dev runs>', to: 'ccc' } },",
    'Which commit it runs is in the tooling account: aws ssm get-parameter --name /payment/delivered/dev',
  ]);
});

describe('an exception', () => {
  const exception: ResolvedException = {
    ...{ stack: stackName, resource: 'Logs', allow: 'delete', reason: 'They are archived elsewhere.' },
    ...{ commits: { from: 'aaa', to: 'bbb' }, startsAt: ['aaa'] },
  };
  const runs = (Value: string) =>
    ssm.on(GetParameterCommand, { Name: '/payment/delivered/dev' }).resolves({ Parameter: { Value } });
  const policy = (StackPolicyBody?: string) =>
    cloudFormation.on(GetStackPolicyCommand, { StackName: stackName }).resolves({ StackPolicyBody });
  beforeEach(() => {
    prepared({ Action: 'Remove', LogicalResourceId: 'Logs', ResourceType: 'AWS::Logs::LogGroup' });
    writeExceptions(directory, { dev: [{ ...exception, stack: 'another' }, exception] });
    runs('aaa');
    policy();
  });

  test('lets the change through, and is told with its reason', async () => {
    for (const body of [undefined, JSON.stringify(openPolicy)]) {
      policy(body);
      expect(await guard()).toEqual({
        code: 0,
        said: [
          'Allowed by an exception to delete Logs, aaa..bbb: Logs (AWS::Logs::LogGroup)',
          '  It would be deleted, and its data would be lost.',
          '  It is meant: They are archived elsewhere.',
          `${stackName}: 1 changes, none that loses data or requests but by an exception.`,
        ].join('\n'),
      });
    }
  });

  test('that is spent does not', async () => {
    runs('bbb');
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said.split('\n').slice(0, 2)).toEqual([
      'Not used: the exception to delete Logs, aaa..bbb: it is for a delivery that brings aaa..bbb, and dev runs bbb.',
      `The prepared change of ${stackName} is refused; nothing was changed.`,
    ]);
  });

  test('holds where nothing was delivered as a whole', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'none', $metadata: {} }));
    expect((await guard()).code).toBe(0);
  });

  test('that matches nothing is told, calmly', async () => {
    prepared();
    expect(await guard()).toEqual({
      code: 0,
      said: [
        'Not used: the exception to delete Logs, aaa..bbb: nothing of the kind would happen.',
        `${stackName}: 0 changes, none that loses data or requests.`,
      ].join('\n'),
    });
  });

  test('needs a stack policy that allows it: a person opens it', async () => {
    policy(JSON.stringify(protectingPolicy));
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said).toContain("but the stack's policy denies it; nothing was changed.\n- Logs (AWS::Logs::LogGroup)\n");
    expect(said).toContain(
      `aws cloudformation set-stack-policy --stack-name ${stackName} --stack-policy-body '{"Statement":[{"Effect":"Allow"`,
    );
  });

  test('for a modification needs none: the policy allows those', async () => {
    prepared(ruleChange);
    live(['arn:green', 100]);
    policy(JSON.stringify(protectingPolicy));
    writeExceptions(directory, { dev: [{ ...exception, resource: 'ProductionRule', allow: 'modify' }] });
    expect((await guard()).code).toBe(0);
  });

  test('cannot be asked for where the assembly has no file of them', async () => {
    const { code, said } = await runWork(changeGuard, {
      ...{ args: ['--stack', stackName], variables, directory: temporaryFolder() },
    });
    expect([code, said]).toEqual([1, expect.stringContaining('exceptions.json')]);
  });
});
