import * as sdk from '@aws-sdk/client-iam';
import { letters } from '../hash';
import type { ServiceModule } from '../module';
import type { Cloud, Values } from '../state';
import { service } from '../wire/service';

const ROLE = 'AWS::IAM::Role';
const POLICY = 'AWS::IAM::Policy';

function roleOf(cloud: Cloud, account: string, name: string): Values {
  const found = cloud.find(ROLE, name, account);
  if (found) return found.model;
  throw new sdk.NoSuchEntityException({ message: `The role with name ${name} cannot be found.`, $metadata: {} });
}

/** Inline policies of a role by name: its own, and those of AWS::IAM::Policy resources that name it. */
function inlinePolicies(cloud: Cloud, account: string, name: string): Map<string, Values> {
  const own = (roleOf(cloud, account, name).Policies ?? []) as Values[];
  const attached = cloud
    .everywhere()
    .filter((env) => env.account === account)
    .flatMap((env) => env.list(POLICY).map(({ model }) => model))
    .filter((policy) => policy.Roles?.includes(name));
  return new Map([...own, ...attached].map((policy) => [policy.PolicyName, policy.PolicyDocument]));
}

const asDocument = (policy: Values) => encodeURIComponent(JSON.stringify(policy));

/** IAM: roles and their policies can be looked at. They are global to an account. */
export const iam: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      GetRole({ RoleName }, { account }) {
        const role = roleOf(cloud, account, RoleName!);
        return {
          Role: {
            RoleName,
            Path: role.Path ?? '/',
            RoleId: role.RoleId,
            Arn: role.Arn,
            CreateDate: new Date(0),
            AssumeRolePolicyDocument: asDocument(role.AssumeRolePolicyDocument),
            MaxSessionDuration: Number(role.MaxSessionDuration ?? 3600),
            Description: role.Description,
            Tags: role.Tags,
          },
        };
      },
      ListRolePolicies: ({ RoleName }, { account }) => ({
        PolicyNames: [...inlinePolicies(cloud, account, RoleName!).keys()],
        IsTruncated: false,
      }),
      GetRolePolicy({ RoleName, PolicyName }, { account }) {
        const policy = inlinePolicies(cloud, account, RoleName!).get(PolicyName!);
        if (policy) return { RoleName, PolicyName, PolicyDocument: asDocument(policy) };
        const message = `The role policy with name ${PolicyName} cannot be found.`;
        throw new sdk.NoSuchEntityException({ message, $metadata: {} });
      },
      ListAttachedRolePolicies({ RoleName }, { account }) {
        const arns = (roleOf(cloud, account, RoleName!).ManagedPolicyArns ?? []) as string[];
        const AttachedPolicies = arns.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').pop() }));
        return { AttachedPolicies, IsTruncated: false };
      },
    }),
  resources: {
    [ROLE]: {
      maxLength: 64,
      attributes: ({ env, properties, model, seed }) => ({
        Arn: `arn:aws:iam::${env.account}:role${properties.Path ?? '/'}${model.RoleName}`,
        RoleId: `AROA${letters(seed, 17)}`,
      }),
    },
    'AWS::IAM::ManagedPolicy': {
      attributes: ({ env, properties, model }) => ({
        PolicyArn: `arn:aws:iam::${env.account}:policy${properties.Path ?? '/'}${model.ManagedPolicyName}`,
      }),
    },
  },
};
