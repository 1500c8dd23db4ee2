import {
  CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { changeGuard } from '../../../pipeline/programs/change-guard';
import { runWork } from './support';

const cloudFormation = mockClient(CloudFormationClient);
const loadBalancing = mockClient(ElasticLoadBalancingV2Client);
const sts = mockClient(STSClient);
const stackName = 'payment-payment-api-dev';
const variables = { STAGE_REGION: 'us-east-1', STAGE_ROLE_ARN: 'arn:aws:iam::222222222222:role/lookup' };
const guard = (args = ['--stack', stackName]) => runWork(changeGuard, { args, variables });

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

beforeEach(() => {
  for (const client of [cloudFormation, loadBalancing, sts]) client.reset();
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
    expect(cloudFormation.commandCalls(DescribeStackResourcesCommand)).toHaveLength(0);
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
    .resolves({ Changes: [{ Type: 'Resource', ResourceChange: remove as ResourceChange }] });
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
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: '{"Resources":{}}' });
    expect((await guard()).said).toContain('the template says nothing');
  });

  test('is refused where the rule that it names is not told', async () => {
    loadBalancing.on(DescribeRulesCommand).resolves({});
    expect((await guard()).said).toContain('It forwards to nothing');
  });
});
