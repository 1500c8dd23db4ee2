import {
  CloudFormationClient,
  DescribeChangeSetCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { changeGuard } from '../../../pipeline/programs/change-guard';
import { writeExceptions } from '../../../pipeline/programs/exceptions-file';
import { temporaryFolder } from '../temporary-folder';
import { runWork } from './support';

export const cloudFormation = mockClient(CloudFormationClient);
export const loadBalancing = mockClient(ElasticLoadBalancingV2Client);
export const sts = mockClient(STSClient);
export const ssm = mockClient(SSMClient);
export const stackName = 'payment-payment-api-dev';
export const variables = {
  STAGE_REGION: 'us-east-1',
  STAGE_ROLE_ARN: 'arn:aws:iam::222222222222:role/lookup',
  STAGE: 'dev',
  RETAIN_DATA: 'false',
  DELIVERED: '/payment/delivered/dev',
  COMMIT_ID: 'ccc',
};
export const directory = temporaryFolder();
/** Runs the guard for the stack. */
export const guard = (args = ['--stack', stackName], more: NodeJS.ProcessEnv = {}) =>
  runWork(changeGuard, { args, variables: { ...variables, ...more }, directory });

export const rule = 'arn:aws:elasticloadbalancing:us-east-1:222222222222:listener-rule/app/alb/1/2/3';
export const ruleChange: ResourceChange = {
  Action: 'Modify',
  Replacement: 'False',
  LogicalResourceId: 'ProductionRule',
  PhysicalResourceId: rule,
  ResourceType: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  Details: [{ Target: { Attribute: 'Properties', Name: 'Priority' }, Evaluation: 'Static' }],
};
export const template = {
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

/** A change set without changes, of a stack that is there, in an assembly without exceptions. */
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
  cloudFormation
    .on(DescribeStacksCommand, { StackName: stackName })
    .resolves({ Stacks: [{ StackStatus: 'UPDATE_COMPLETE' } as never] });
  cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: JSON.stringify(template) });
  cloudFormation.on(DescribeStackResourcesCommand, { StackName: stackName }).resolves({ StackResources: groups });
  prepared();
});

/** The change set has these changes. */
export const prepared = (...changes: ResourceChange[]) =>
  cloudFormation.on(DescribeChangeSetCommand).resolves({
    Status: 'CREATE_COMPLETE',
    Changes: changes.map((change) => ({ Type: 'Resource', ResourceChange: change })),
  });
/** The live rule forwards to these groups, with weights. */
export const live = (...weights: [string, number | undefined][]) =>
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
