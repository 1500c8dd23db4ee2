import { deploy, remove } from '../../cloud/cloudformation/engine';
import { desiredState } from '../../cloud/cloudformation/submission';
import type { Environment } from '../../cloud/state';
import { told, topic, world } from './world';

const roleArn = 'arn:aws:iam::123456789012:role/execution';
const all = ['CreateTopic', 'DeleteTopic', 'GetTopicAttributes', 'SetTopicAttributes', 'TagResource', 'UntagResource'];
const read = ['GetDataProtectionPolicy', 'ListSubscriptionsByTopic', 'ListTagsForResource'];
const ofTopics = [...all, ...read].map((action) => `sns:${action}`);

/** Gives the execution role what its one policy says. */
function permit(env: Environment, ...statements: object[]) {
  const put = (type: string, id: string, model: object) => env.put({ type, id, seed: id, properties: model, model });
  const PolicyArn = 'arn:aws:iam::123456789012:policy/execution';
  const PolicyDocument = { Version: '2012-10-17', Statement: statements };
  put('AWS::IAM::ManagedPolicy', PolicyArn, { PolicyArn, PolicyDocument });
  put('AWS::IAM::Role', 'execution', { RoleName: 'execution', Arn: roleArn, ManagedPolicyArns: [PolicyArn] });
}
const allow = (Action: string[], Resource: string, Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const without = (...left: string[]) => ofTopics.filter((action) => !left.includes(action));

async function withRole() {
  const here = await world();
  const desired = (resources: object) => ({ ...here.desired({ Resources: resources }), roleArn });
  return { ...here, desired };
}
const reason = (stack: { events: { ResourceStatus?: string; ResourceStatusReason?: string }[] }, status: string) =>
  stack.events.findLast((event) => event.ResourceStatus === status)?.ResourceStatusReason;

test('what the role may not do fails the resource, in the words of its handler, and the stack is rolled back', async () => {
  const { env, desired, stack } = await withRole();
  permit(env, allow(without('sns:CreateTopic'), '*'));
  const a = stack('a');
  await deploy(a, desired({ One: topic('one') }));
  expect(a.status).toBe('ROLLBACK_COMPLETE');
  expect(env.list('AWS::SNS::Topic')).toEqual([]);
  expect(reason(a, 'CREATE_FAILED')).toMatch(
    /^Resource handler returned message: "User: arn:aws:sts::123456789012:assumed-role\/execution\/AWSCloudFormation is not authorized to perform: sns:CreateTopic on resource: arn:aws:sns:eu-west-1:123456789012:one because no identity-based policy allows the sns:CreateTopic action .*HandlerErrorCode: AccessDenied\)$/,
  );
});
test('reading what was made is asked for, too', async () => {
  const { env, desired, stack } = await withRole();
  permit(env, allow(without('sns:ListTagsForResource'), '*'));
  const a = stack('a');
  await deploy(a, desired({ One: topic('one') }));
  expect(reason(a, 'CREATE_FAILED')).toContain('sns:ListTagsForResource');
});
test('a policy that names the resource allows it, and no other', async () => {
  const { env, desired, stack } = await withRole();
  permit(env, allow(ofTopics, 'arn:aws:sns:eu-west-1:123456789012:payment-*'));
  const a = stack('a');
  await deploy(a, desired({ One: topic('payment-one') }));
  expect(a.status).toBe('CREATE_COMPLETE');
  const b = stack('b');
  await deploy(b, desired({ One: topic('other') }));
  expect(b.status).toBe('ROLLBACK_COMPLETE');
});
test('an update that the role may not do takes nothing with it', async () => {
  const { env, desired, stack } = await withRole();
  permit(env, allow(ofTopics, '*'));
  const a = stack('a');
  await deploy(a, desired({ One: topic('one', { DisplayName: 'before' }) }));
  permit(env, allow(without('sns:SetTopicAttributes'), '*'));
  await deploy(a, desired({ One: topic('one', { DisplayName: 'after' }) }));
  expect(a.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(reason(a, 'UPDATE_FAILED')).toContain('sns:SetTopicAttributes');
  expect(env.list('AWS::SNS::Topic')[0]!.properties.DisplayName).toBe('before');
});
test('a deletion that the role may not do leaves the resource, and the stack in DELETE_FAILED; another role may be given', async () => {
  const { env, desired, stack } = await withRole();
  permit(env, allow(without('sns:DeleteTopic'), '*'));
  const a = stack('a');
  await deploy(a, desired({ One: topic('one') }));
  await remove(a);
  expect(a.status).toBe('DELETE_FAILED');
  expect(told(a)).toContain('DELETE_FAILED One');
  expect(env.list('AWS::SNS::Topic')).toHaveLength(1);
  a.roleArn = undefined;
  await remove(a);
  expect(a.status).toBe('DELETE_COMPLETE');
});
test('without a role the permissions are those of whoever deploys', async () => {
  const { env, desired, stack } = await world();
  permit(env);
  const a = stack('a');
  await deploy(a, desired({ Resources: { One: topic('one') } }));
  expect(a.status).toBe('CREATE_COMPLETE');
});

describe('roles', () => {
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'payment-flow', AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } },
  };
  const flowLog = {
    Type: 'AWS::EC2::FlowLog',
    Properties: {
      ResourceId: 'vpc-1',
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogGroupName: 'flow',
      DeliverLogsPermissionArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
    },
  };
  const ofRoles = ['CreateRole', 'DeleteRole', 'TagRole', 'UntagRole', 'GetRole', 'PutRolePolicy', 'GetRolePolicy'];
  const listing = ['DeleteRolePolicy', 'ListAttachedRolePolicies', 'ListRolePolicies'];
  const everythingElse = [
    allow(
      [...ofRoles, ...listing].map((action) => `iam:${action}`),
      'arn:aws:iam::123456789012:role/payment-*',
    ),
    allow(['ec2:*'], '*'),
  ];
  const passTo = (service: string) =>
    allow(['iam:PassRole'], 'arn:aws:iam::123456789012:role/payment-flow', {
      StringEquals: { 'iam:PassedToService': service },
    });
  const deployed = async (...passing: object[]) => {
    const { env, desired, stack } = await withRole();
    permit(env, ...everythingElse, ...passing);
    const a = stack('a');
    await deploy(a, desired({ Role: role, Log: flowLog }));
    return a;
  };

  test('a role is passed to the service that it is for', async () => {
    expect((await deployed(passTo('vpc-flow-logs.amazonaws.com'))).status).toBe('CREATE_COMPLETE');
  });
  test.each([
    ['to another service', [passTo('lambda.amazonaws.com')]],
    ['at all', []],
  ])('a role that may not be passed %s fails what it is passed to', async (_, passing) => {
    const a = await deployed(...passing);
    expect(a.status).toBe('ROLLBACK_COMPLETE');
    expect(reason(a, 'CREATE_FAILED')).toContain(
      'iam:PassRole on resource: arn:aws:iam::123456789012:role/payment-flow',
    );
  });
});

test("a template's parameters of Systems Manager are read with the role", async () => {
  const { env } = await world();
  const parameter = { Value: '30' };
  env.put({ type: 'AWS::SSM::Parameter', id: '/cdk/version', seed: '', properties: parameter, model: parameter });
  const Parameters = { Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' } };
  const TemplateBody = JSON.stringify({ Parameters, Resources: { One: topic('one') } });
  const ask = () => desiredState(env, { TemplateBody, RoleARN: roleArn });
  permit(env);
  expect(ask).toThrow("AccessDenied. User doesn't have permission to call ssm:GetParameters");
  permit(env, allow(['ssm:GetParameters'], 'arn:aws:ssm:eu-west-1:123456789012:parameter/cdk/*'));
  expect(ask().roleArn).toBe(roleArn);
});
