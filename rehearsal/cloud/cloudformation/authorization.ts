import { actionsOf, arnOf, kindsOf, type Operation } from '../../../aws-facts/handlers';
import { identityPolicies, roleOf } from '../access/role-policies';
import { usageOf } from '../access/usage';
import { hash } from '../hash';
import { evaluate } from '../iam/evaluate';
import type { RequestContext } from '../iam/policy';
import type { Environment, Resource } from '../state';
import { HandlerError } from './handler-error';
import { requestedArns } from './resource-arns';
import type { Stack } from './stack';

// What CloudFormation may do to a stack's resources: it works with the permissions of the role that the stack was given.
// A stack without a role works with those of whoever deploys it, who is the account's administrator here.

/** Roles that a resource hands to a service, by property. */
const passed: Record<string, { property: string; service: string }[]> = {
  'AWS::CodeBuild::Project': [{ property: 'ServiceRole', service: 'codebuild' }],
  'AWS::CodeDeploy::DeploymentGroup': [{ property: 'ServiceRoleArn', service: 'codedeploy' }],
  'AWS::CodePipeline::Pipeline': [{ property: 'RoleArn', service: 'codepipeline' }],
  'AWS::EC2::FlowLog': [{ property: 'DeliverLogsPermissionArn', service: 'vpc-flow-logs' }],
  'AWS::ECS::TaskDefinition': [
    { property: 'ExecutionRoleArn', service: 'ecs-tasks' },
    { property: 'TaskRoleArn', service: 'ecs-tasks' },
  ],
  'AWS::Lambda::Function': [{ property: 'Role', service: 'lambda' }],
  'AWS::RDS::DBInstance': [{ property: 'MonitoringRoleArn', service: 'monitoring.rds' }],
};
/** Service-linked roles that a service makes where they are missing. */
const linked: Record<string, string> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'ecs.application-autoscaling',
  'AWS::ECS::Cluster': 'ecs',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'elasticloadbalancing',
  'AWS::RDS::DBCluster': 'rds',
  'AWS::RDS::DBClusterParameterGroup': 'rds',
  'AWS::RDS::DBInstance': 'rds',
  'AWS::RDS::DBSubnetGroup': 'rds',
};

interface Asked {
  action: string;
  resource: string;
  context: RequestContext;
}

/** Throws AccessDenied, in the words of a resource handler, for the first thing that the stack's role may not do. */
export function authorize(stack: Stack, operation: Operation, resource: Resource): void {
  const { roleArn, env } = stack;
  if (!roleArn) return;
  const { type: Type, properties: Properties } = resource;
  const operations: Operation[] = operation === 'delete' ? ['delete'] : [operation, 'read'];
  const actions = new Set(operations.flatMap((one) => actionsOf({ Type, Properties }, one)));
  for (const action of actions) {
    for (const asked of requests(action, resource, stack)) check(env, roleArn, asked);
  }
}

/** Whether the role may read a parameter of Systems Manager that a template names. */
export function mayReadParameter(env: Environment, roleArn: string | undefined, name: string): boolean {
  const resource = arnOf('ssm:parameter', env, name.replace(/^\//, ''));
  return !roleArn || isAllowed(env, roleArn, { action: 'ssm:GetParameters', resource, context: {} });
}

/** CloudFormation's session of the role. */
const sessionOf = (roleArn: string) =>
  `arn:aws:sts::${roleArn.split(':')[4]}:assumed-role/${roleArn.split('/').pop()}/AWSCloudFormation`;

/** By the role's policies alone: the policy of a resource that is about to be made does not count yet. */
function isAllowed({ cloud, region }: Environment, roleArn: string, asked: Asked): boolean {
  const role = roleOf(cloud, roleArn);
  if (!role) return false;
  const account = roleArn.split(':')[4]!;
  const policies = identityPolicies(cloud, account, role);
  const principal = { kind: 'AWS' as const, name: sessionOf(roleArn), roleArn };
  const context = { 'aws:requestedregion': region, 'aws:principalarn': roleArn, ...asked.context };
  const identity = policies.map(({ document }) => document);
  const verdict = evaluate({ ...asked, resourceAccount: account, principal, context }, { identity });
  if (verdict.isAllowed) usageOf(cloud).note(roleArn, asked.action, policies, verdict.matches);
  return verdict.isAllowed;
}

function check(env: Environment, roleArn: string, asked: Asked): void {
  if (isAllowed(env, roleArn, asked)) return;
  const { action, resource } = asked;
  const what = `User: ${sessionOf(roleArn)} is not authorized to perform: ${action} on resource: ${resource}`;
  const details = `Service: ${action.split(':')[0]}, Status Code: 403, Request ID: ${hash(what, 8)}`;
  const why = `because no identity-based policy allows the ${action} action (${details})`;
  throw new HandlerError('AccessDenied', `${what} ${why}`);
}

/** What is asked of IAM for an action: of which resources, and with which values for conditions. */
function requests(action: string, resource: Resource, { env }: Stack): Asked[] {
  const { type, properties } = resource;
  const on = (arns: string[], context: RequestContext = {}) => arns.map((arn) => ({ action, resource: arn, context }));
  if (action === 'iam:PassRole') return passing(resource);
  if (action === 'iam:CreateServiceLinkedRole') {
    const service = `${linked[type]}.amazonaws.com`;
    return on([arnOf('iam:role', env, `aws-service-role/${service}/Role`)], { 'iam:awsservicename': service });
  }
  if (action === 'iam:GetRole' && type !== 'AWS::IAM::Role') {
    return passing(resource).map((asked) => ({ ...asked, action, context: {} }));
  }
  const kinds = kindsOf(action);
  if (!kinds.length) return on(['*']);
  const arns = requestedArns(kinds, resource, env);
  if (/^iam:(At|De)tachRolePolicy$/.test(action)) {
    return (properties.ManagedPolicyArns as string[]).flatMap((policy) => on(arns, { 'iam:policyarn': policy }));
  }
  // What another service does with a key is done in the name of whoever asked that service.
  const service = type.split('::')[1]!.toLowerCase();
  const viaService = action.startsWith('kms:') && service !== 'kms';
  return on(arns, viaService ? { 'kms:viaservice': `${service}.${env.region}.amazonaws.com` } : {});
}

function passing({ type, properties }: Resource): Asked[] {
  const own = (passed[type] ?? []).filter(({ property }) => properties[property]);
  const roles = own.map(({ property, service }) => ({ role: properties[property] as string, service }));
  return roles.map(({ role, service }) => ({
    action: 'iam:PassRole',
    resource: role,
    context: { 'iam:passedtoservice': `${service}.amazonaws.com` },
  }));
}
