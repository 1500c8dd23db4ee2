import { actionsOf, arnOf, kindsOf, type Operation } from '../../aws-facts/handlers';
import { arnsOf } from './arns';
import { ofType, type PlacedStack, type Resource, resourcesIn } from './placed-stack';

export interface Statement {
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const operations: Operation[] = ['create', 'read', 'update', 'delete'];

/** Service-linked roles that a service makes with its first resource of the type. Source: each service's guide, "Service-linked roles". */
const serviceLinked: Record<string, string> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'ecs.application-autoscaling.amazonaws.com',
  'AWS::ECS::Cluster': 'ecs.amazonaws.com',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'elasticloadbalancing.amazonaws.com',
  'AWS::RDS::DBCluster': 'rds.amazonaws.com',
};
/** What services do with a key for whoever asks them: allowed through them only. */
const withKeys = ['kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey'];
/** These need more than a resource: see below. */
const apart = [
  'iam:PassRole',
  'iam:CreateServiceLinkedRole',
  'iam:AttachRolePolicy',
  'iam:DetachRolePolicy',
  ...withKeys,
];
const clusterType = 'AWS::RDS::DBCluster';

/**
 * What CloudFormation needs to create, read, update and delete the resources of the stacks, and nothing else. An action is allowed
 * on all resources of its service that the stacks have: IAM asks it only for those of the kinds that it takes.
 */
export function statementsOf(stacks: PlacedStack[]): Statement[] {
  const actions = actionsIn(stacks).filter((action) => !apart.includes(action));
  const free = actions.filter((action) => kindsOf(action).length === 0);
  const rest = actions.filter((action) => !free.includes(action));
  const limited = [...new Set(rest.map(serviceOf))].map((service) => {
    const own = rest.filter((action) => serviceOf(action) === service);
    return allow(own, arnsFor(own, stacks));
  });
  return [
    allow(free, ['*']),
    ...limited,
    ...attaching(stacks),
    ...passing(stacks),
    ...linking(stacks),
    ...usingKeys(stacks),
    ...databaseSecrets(stacks),
    ...parameters(stacks),
  ].filter(({ Action, Resource }) => Action.length && Resource.length);
}

const needs = (resource: Resource): string[] => operations.flatMap((operation) => actionsOf(resource, operation));
const ofSecrets = (action: string) => serviceOf(action) === 'secretsmanager';

function actionsIn(stacks: PlacedStack[]): string[] {
  const needed = stacks
    .flatMap(resourcesIn)
    .flatMap((r) => needs(r).filter((action) => r.Type !== clusterType || !ofSecrets(action)));
  return [...new Set(needed)].sort();
}

/** Throws where an action takes resources, and the stacks have none that it could be limited to. */
function arnsFor(actions: string[], stacks: PlacedStack[]): string[] {
  const arns = new Set<string>();
  for (const action of actions) {
    const own = kindsOf(action).flatMap((kind) => arnsOf(kind, stacks));
    if (!own.length)
      throw new Error(`${action} takes ${kindsOf(action).join(', ')}, and the stacks have none of these`);
    own.forEach((arn) => arns.add(arn));
  }
  return [...arns].sort();
}

/** AWS's managed policies are attached, those that the templates name and no others. */
function attaching(stacks: PlacedStack[]): Statement[] {
  return stacks.flatMap((stack) => {
    const withPolicies = ofType(stack, 'AWS::IAM::Role').filter(({ Properties }) => Properties?.ManagedPolicyArns);
    const policies = withPolicies.flatMap(({ Properties }) => managedPolicies(Properties!.ManagedPolicyArns));
    const roles = rolesIn(stack, withPolicies);
    return withPolicies.length
      ? [allow(['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], roles, { ArnEquals: { 'iam:PolicyARN': policies } })]
      : [];
  });
}

/** "arn:<partition>:iam::aws:policy/…", which CDK joins from the partition. */
const managedPolicies = (arns: unknown[]): string[] =>
  arns.map((arn) => JSON.stringify(arn).match(/:iam::aws:policy\/[\w/-]+/)?.[0] ?? '').map((tail) => `arn:aws${tail}`);

/** Each role is passed to the service that its trust policy names; a pipeline's action roles to the pipeline. */
function passing(stacks: PlacedStack[]): Statement[] {
  const byService = new Map<string, string[]>();
  for (const stack of stacks) {
    const pipelines = JSON.stringify(ofType(stack, 'AWS::CodePipeline::Pipeline'));
    for (const [logicalId, role] of Object.entries(stack.template.Resources ?? {})) {
      if (role.Type !== 'AWS::IAM::Role') continue;
      const ofPipeline = pipelines.includes(`"${logicalId}"`) ? ['codepipeline.amazonaws.com'] : [];
      for (const service of [...trustedServices(role), ...ofPipeline]) {
        byService.set(service, [...(byService.get(service) ?? []), ...rolesIn(stack, [role])]);
      }
    }
  }
  return [...byService].map(([service, roles]) =>
    allow(['iam:PassRole'], roles, { StringEquals: { 'iam:PassedToService': service } }),
  );
}

function trustedServices({ Properties = {} }: Resource): string[] {
  const statements = [Properties.AssumeRolePolicyDocument.Statement].flat() as {
    Principal?: { Service?: string | string[] };
  }[];
  return statements.flatMap(({ Principal }) => Principal?.Service ?? []);
}

const rolesIn = (stack: PlacedStack, roles: Resource[]): string[] =>
  arnsOf('iam:role', [{ ...stack, template: { Resources: Object.fromEntries(roles.entries()) } }]);

function linking(stacks: PlacedStack[]): Statement[] {
  const types = new Set(stacks.flatMap(resourcesIn).map(({ Type }) => Type));
  const services = Object.entries(serviceLinked).flatMap(([type, service]) => (types.has(type) ? [service] : []));
  const accounts = [...new Set(stacks.map(({ account }) => account))];
  const roles = accounts.flatMap((account) =>
    services.map((service) => arnOf('iam:role', { account, region: '' }, `aws-service-role/${service}/*`)),
  );
  return [allow(['iam:CreateServiceLinkedRole'], roles, { StringEquals: { 'iam:AWSServiceName': services } })];
}

/** A key's id is not known beforehand: the key's own policy and the service that asks limit its use. */
function usingKeys(stacks: PlacedStack[]): Statement[] {
  return stacks.flatMap((stack) => {
    const users = resourcesIn(stack).filter((r) => needs(r).some((action) => withKeys.includes(action)));
    const services = new Set(
      users.map(({ Type }) => `${Type.split('::')[1]!.toLowerCase()}.${stack.region}.amazonaws.com`),
    );
    const actions = new Set(users.flatMap(needs).filter((action) => withKeys.includes(action)));
    const condition = { StringEquals: { 'kms:ViaService': [...services].sort() } };
    return services.size ? [allow([...actions].sort(), [arnOf('kms:key', stack)], condition)] : [];
  });
}

/** RDS makes and names a cluster's secret, in the name of whoever makes the cluster. It is not CloudFormation's to read. */
function databaseSecrets(stacks: PlacedStack[]): Statement[] {
  return stacks.flatMap((stack) => {
    const actions = new Set(ofType(stack, clusterType).flatMap(needs).filter(ofSecrets));
    return actions.size ? [allow([...actions], [arnOf('secretsmanager:Secret', stack, 'rds!cluster-*')])] : [];
  });
}

/** A template's parameters of Systems Manager, as CDK's version of the bootstrap stack, are read with the role too. */
function parameters(stacks: PlacedStack[]): Statement[] {
  const arns = stacks.flatMap((stack) =>
    Object.values(stack.template.Parameters ?? {})
      .filter(({ Type }) => Type.startsWith('AWS::SSM::Parameter::Value'))
      .map(({ Default = '*' }) => arnOf('ssm:parameter', stack, Default.replace(/^\//, ''))),
  );
  return [allow(['ssm:GetParameters'], arns)];
}

const serviceOf = (action: string) => action.split(':')[0]!;
const allow = (Action: string[], Resource: string[], Condition?: Statement['Condition']): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: [...new Set(Resource)],
  ...(Condition && { Condition }),
});
