// CloudFormation, CodeDeploy, CodePipeline, CodeBuild, IAM, STS.
import * as cfn from '@aws-sdk/client-cloudformation';
import * as build from '@aws-sdk/client-codebuild';
import * as codeDeploy from '@aws-sdk/client-codedeploy';
import * as pipeline from '@aws-sdk/client-codepipeline';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { nothing, type Clients, type Probe } from '../probe';

const validate =
  (Resources: object) =>
  ({ cloudFormation }: Clients) =>
    cloudFormation.send(new cfn.ValidateTemplateCommand({ TemplateBody: JSON.stringify({ Resources }) }));
const topic = (Properties: object) => ({ T: { Type: 'AWS::SNS::Topic', Properties } });

/** What AWS's own configuration of that name does with traffic. */
const configuration = (name: string, expected: object): Probe => ({
  row: 'Linear and canary configurations',
  call: `codedeploy GetDeploymentConfig ${name}`,
  ask: async (c) => {
    const asked = new codeDeploy.GetDeploymentConfigCommand({ deploymentConfigName: `CodeDeployDefault.${name}` });
    const { deploymentConfigInfo: found } = await c.codeDeploy.send(asked);
    const { type, timeBasedLinear, timeBasedCanary } = found?.trafficRoutingConfig ?? {};
    return { platform: found?.computePlatform, type, timeBasedLinear, timeBasedCanary };
  },
  expected: JSON.stringify({ platform: 'ECS', ...expected }),
});

export const control: Probe[] = [
  {
    row: 'An unknown resource type is refused at once',
    call: 'cloudformation ValidateTemplate, unknown type',
    ask: validate({ T: { Type: 'AWS::SNS::Topik' } }),
    expected: 'ValidationError: Template format error: Unrecognized resource types: [AWS::SNS::Topik]',
  },
  {
    row: 'References to nothing are refused at once',
    call: 'cloudformation ValidateTemplate, lost reference',
    ask: validate(topic({ DisplayName: { Ref: 'Other' } })),
    expected:
      'ValidationError: Template format error: Unresolved resource dependencies [Other] in the Resources block of the template',
  },
  {
    row: 'CloudFormation, of a stack',
    call: 'cloudformation DescribeStacks',
    ask: (c) => c.cloudFormation.send(new cfn.DescribeStacksCommand({ StackName: nothing })),
    expected: `ValidationError: Stack with id ${nothing} does not exist`,
  },
  {
    row: 'CloudFormation, of a stack',
    call: 'cloudformation DescribeStackEvents',
    ask: (c) => c.cloudFormation.send(new cfn.DescribeStackEventsCommand({ StackName: nothing })),
    expected: `ValidationError: Stack [${nothing}] does not exist`,
  },
  {
    row: 'CloudFormation, of a stack',
    call: 'cloudformation DescribeStackResource',
    ask: (c) =>
      c.cloudFormation.send(new cfn.DescribeStackResourceCommand({ StackName: nothing, LogicalResourceId: 'X' })),
    expected: `ValidationError: Stack '${nothing}' does not exist`,
  },
  {
    row: 'CloudFormation, of a stack',
    call: 'cloudformation DescribeChangeSet',
    ask: (c) =>
      c.cloudFormation.send(new cfn.DescribeChangeSetCommand({ StackName: nothing, ChangeSetName: 'PipelineChange' })),
    expected: `ValidationError: Stack [${nothing}] does not exist`,
  },
  {
    row: 'CloudFormation, of an export',
    call: 'cloudformation ListImports',
    ask: (c) => c.cloudFormation.send(new cfn.ListImportsCommand({ ExportName: nothing })),
    expected: `ValidationError: Export '${nothing}' is not imported by any stack.`,
  },
  {
    row: 'CodeDeploy, of an application',
    call: 'codedeploy ListDeployments, unknown application',
    ask: (c) =>
      c.codeDeploy.send(
        new codeDeploy.ListDeploymentsCommand({ applicationName: nothing, deploymentGroupName: nothing }),
      ),
    expected: `ApplicationDoesNotExistException: No application found for name: ${nothing}`,
  },
  {
    row: 'CodeDeploy, of an application',
    call: 'codedeploy GetDeployment',
    ask: (c) => c.codeDeploy.send(new codeDeploy.GetDeploymentCommand({ deploymentId: 'd-AAAAAAAAA' })),
    expected: 'DeploymentDoesNotExistException: The deployment d-AAAAAAAAA could not be found',
  },
  {
    row: 'CodeDeploy, of an application',
    call: 'codedeploy GetDeploymentConfig',
    ask: (c) => c.codeDeploy.send(new codeDeploy.GetDeploymentConfigCommand({ deploymentConfigName: nothing })),
    expected: `DeploymentConfigDoesNotExistException: No Deployment Configuration found for name: ${nothing}`,
  },
  configuration('ECSAllAtOnce', { type: 'AllAtOnce' }),
  configuration('ECSLinear10PercentEvery1Minutes', {
    type: 'TimeBasedLinear',
    timeBasedLinear: { linearPercentage: 10, linearInterval: 1 },
  }),
  configuration('ECSCanary10Percent5Minutes', {
    type: 'TimeBasedCanary',
    timeBasedCanary: { canaryPercentage: 10, canaryInterval: 5 },
  }),
  {
    row: 'CodePipeline, of a pipeline',
    call: 'codepipeline GetPipelineState',
    ask: (c) => c.codePipeline.send(new pipeline.GetPipelineStateCommand({ name: nothing })),
    expected: ({ account }) =>
      `PipelineNotFoundException: Account '${account}' does not have a pipeline with name '${nothing}'`,
  },
  {
    row: 'CodeBuild, of a project',
    call: 'codebuild BatchGetProjects',
    ask: async (c) => {
      const { projects, projectsNotFound } = await c.codeBuild.send(
        new build.BatchGetProjectsCommand({ names: [nothing] }),
      );
      return { projects, projectsNotFound };
    },
    expected: JSON.stringify({ projects: [], projectsNotFound: [nothing] }),
  },
  {
    row: 'IAM, of a role',
    call: 'iam GetRole',
    ask: (c) => c.iam.send(new iam.GetRoleCommand({ RoleName: nothing })),
    expected: `NoSuchEntityException: The role with name ${nothing} cannot be found.`,
  },
  {
    row: 'AssumeRole needs a role whose trust policy admits the caller',
    call: 'sts AssumeRole, unknown role',
    ask: (c, { account }) =>
      c.sts
        .send(
          new sts.AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${nothing}`, RoleSessionName: 'probe' }),
        )
        // Who asks differs from one caller to the next.
        .catch((error: Error) => {
          throw Object.assign(error, { message: error.message.replace(/^User: \S+/, 'User: somebody') });
        }),
    expected: ({ account }) =>
      `AccessDenied: User: somebody is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${account}:role/${nothing}`,
  },
];
