import {
  type CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import {
  cloudFormation,
  guard,
  loadBalancing,
  prepared,
  ruleChange,
  ssm,
  stackName,
  sts,
  variables,
} from './guarded-stack';

describe('how it is called', () => {
  test.each([
    [[], 'Which stack? Usage: node programs/change-guard.js --stack NAME [--secret NAME]...'],
    [['--stack', ''], 'Which stack? Usage: '],
    [['--stak', 'x'], "Unknown option '--stak'"],
    [['--stack', 'x', 'y'], "Unexpected argument 'y'"],
  ])('%j is wrong usage, and says why', async (args, why) => {
    expect(await guard(args)).toEqual({ code: 2, said: expect.stringContaining(why) });
  });
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

  test.each([
    [undefined, 'no reason given'],
    ['Export in use', 'Export in use'],
  ])('the change set could not be made: %s', async (StatusReason, told) => {
    cloudFormation.on(DescribeChangeSetCommand).resolves({ Status: 'FAILED', StatusReason });
    const said = `Error: The change set of ${stackName} could not be made: ${told}`;
    expect(await guard()).toEqual({ code: 1, said });
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
  // By which CloudTrail tells who looked.
  const { RoleArn, RoleSessionName } = sts.commandCalls(AssumeRoleCommand)[0]!.args[0].input;
  expect([RoleArn, RoleSessionName]).toEqual([variables.STAGE_ROLE_ARN, 'change-guard']);
});

test('it compares what is deployed with what the change set would deploy, both with their macros run', async () => {
  await guard();
  const asked = cloudFormation.commandCalls(GetTemplateCommand).map(({ args }) => args[0].input);
  expect(asked).toEqual([
    { StackName: stackName, ChangeSetName: 'PipelineChange', TemplateStage: 'Processed' },
    { StackName: stackName, TemplateStage: 'Processed' },
  ]);
});

test("a nested stack's own change set is read, and what it loses is refused", async () => {
  const [nestedStack, nestedSet] = ['arn:nested', 'arn:change-set'];
  const nested: ResourceChange = {
    ...{ Action: 'Modify', Replacement: 'False', LogicalResourceId: 'Nested', PhysicalResourceId: nestedStack },
    ...{ ResourceType: 'AWS::CloudFormation::Stack', ChangeSetId: nestedSet, Details: [] },
  };
  const bucket: ResourceChange = { Action: 'Remove', LogicalResourceId: 'Bucket', ResourceType: 'AWS::S3::Bucket' };
  prepared({ ...nested, Action: 'Add', ChangeSetId: 'arn:of-a-new-one' }, nested);
  cloudFormation
    .on(DescribeChangeSetCommand, { ChangeSetName: 'arn:of-a-new-one' })
    .resolves({ Changes: [] })
    .on(DescribeChangeSetCommand, { StackName: nestedStack, ChangeSetName: nestedSet })
    .resolves({ Changes: [{ ResourceChange: bucket }] })
    .on(DescribeStacksCommand, { StackName: nestedStack })
    .resolves({ Stacks: [{ StackStatus: 'UPDATE_COMPLETE' } as never] })
    .on(DescribeStackResourcesCommand, { StackName: nestedStack })
    .resolves({ StackResources: [] });
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
