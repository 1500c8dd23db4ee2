// A role's policies as they are in the cloud now.
import { managedPolicies } from '../iam/managed-policies';
import type { PolicyDocument } from '../iam/policy';
import type { Cloud, Resource, Values } from '../state';

export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
}

/** A role by its ARN; undefined where it does not exist. */
export function roleOf(cloud: Cloud, roleArn: string): Resource | undefined {
  const [, account, path = ''] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? [];
  return account ? cloud.find('AWS::IAM::Role', path.split('/').pop()!, account) : undefined;
}

const listed = (cloud: Cloud, account: string, type: string): Values[] =>
  cloud
    .everywhere()
    .filter((env) => env.account === account)
    .flatMap((env) => env.list(type).map(({ model }) => model));

/** Inline policies of a role: its own, and those of resources that name it. */
export function inlinePolicies(cloud: Cloud, account: string, role: Resource): NamedPolicy[] {
  const attached = listed(cloud, account, 'AWS::IAM::Policy').filter((policy) => policy.Roles?.includes(role.id));
  const single = listed(cloud, account, 'AWS::IAM::RolePolicy').filter((policy) => policy.RoleName === role.id);
  return [...(role.model.Policies ?? []), ...attached, ...single].map(({ PolicyName, PolicyDocument }) => ({
    name: PolicyName,
    document: PolicyDocument ?? {},
  }));
}

/** The document of a managed policy. Throws for one of AWS's that the local cloud does not know. */
export function managedPolicy(cloud: Cloud, account: string, arn: string): PolicyDocument {
  const known = managedPolicies[arn]?.document;
  if (known) return known;
  const own = listed(cloud, account, 'AWS::IAM::ManagedPolicy').find((policy) => policy.PolicyArn === arn);
  if (own) return own.PolicyDocument;
  throw new Error(`the managed policy ${arn} is not known: add it to rehearsal/cloud/iam/managed-policies.ts`);
}

/** Every identity policy of a role, inline and managed. */
export function identityPolicies(cloud: Cloud, account: string, role: Resource): NamedPolicy[] {
  const naming = listed(cloud, account, 'AWS::IAM::ManagedPolicy').filter((p) => p.Roles?.includes(role.id));
  const arns = new Set<string>([...(role.model.ManagedPolicyArns ?? []), ...naming.map((p) => p.PolicyArn)]);
  const managed = [...arns].map((arn) => ({ name: arn, document: managedPolicy(cloud, account, arn) }));
  return [...inlinePolicies(cloud, account, role), ...managed];
}
