import * as sdk from '@aws-sdk/client-iam';
import { inlinePolicies } from '../access/role-policies';
import { letters } from '../hash';
import type { ServiceModule } from '../module';
import type { Cloud, Resource } from '../state';
import { service } from '../wire/service';
import { managedPolicies } from './iam-policies';

const ROLE = 'AWS::IAM::Role';

function resourceOf(cloud: Cloud, account: string, name: string): Resource {
  const found = cloud.find(ROLE, name, account);
  if (found) return found;
  throw new sdk.NoSuchEntityException({ message: `The role with name ${name} cannot be found.`, $metadata: {} });
}

/** Inline policies of a role by name. */
const inline = (cloud: Cloud, account: string, name: string) =>
  new Map(inlinePolicies(cloud, account, resourceOf(cloud, account, name)).map((p) => [p.name, p.document]));

const asDocument = (policy: object) => encodeURIComponent(JSON.stringify(policy));

/** IAM: roles and their policies can be looked at, managed policies made. They are global to an account. */
export const iam: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      ...managedPolicies(cloud),
      GetRole({ RoleName }, { account }) {
        const role = resourceOf(cloud, account, RoleName!).model;
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
        PolicyNames: [...inline(cloud, account, RoleName!).keys()],
        IsTruncated: false,
      }),
      GetRolePolicy({ RoleName, PolicyName }, { account }) {
        const policy = inline(cloud, account, RoleName!).get(PolicyName!);
        if (policy) return { RoleName, PolicyName, PolicyDocument: asDocument(policy) };
        const message = `The role policy with name ${PolicyName} cannot be found.`;
        throw new sdk.NoSuchEntityException({ message, $metadata: {} });
      },
      ListAttachedRolePolicies({ RoleName }, { account }) {
        const arns = (resourceOf(cloud, account, RoleName!).model.ManagedPolicyArns ?? []) as string[];
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
    'AWS::IAM::OIDCProvider': {
      attributes: ({ env, properties }) => ({
        Arn: `arn:aws:iam::${env.account}:oidc-provider/${String(properties.Url).replace('https://', '')}`,
      }),
    },
    'AWS::IAM::ManagedPolicy': {
      attributes: ({ env, properties, model }) => ({
        PolicyArn: `arn:aws:iam::${env.account}:policy${properties.Path ?? '/'}${model.ManagedPolicyName}`,
      }),
    },
  },
};
