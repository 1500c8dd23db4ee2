// The policies of resources themselves, and whose the resources are.
import type { PolicyDocument } from '../iam/policy';
import { secrets } from '../services/secrets-manager/store';
import type { Cloud, Environment, Resource, Values } from '../state';
import { roleOf } from './role-policies';

export interface Owned {
  /** The account that the resource belongs to, where its ARN does not say. */
  account?: string;
  policy?: PolicyDocument;
  /** Nobody may use it without its policy. */
  isPolicyRequired?: boolean;
  /** The resource's tags. */
  tags?: Values[];
}

const parsed = (policy: PolicyDocument | string | undefined): PolicyDocument | undefined =>
  typeof policy === 'string' ? (JSON.parse(policy) as PolicyDocument) : policy;

function home(cloud: Cloud, type: string, id: string): { env: Environment; resource: Resource } | undefined {
  for (const env of cloud.everywhere()) {
    const resource = env.get(type, id);
    if (resource) return { env, resource };
  }
  return undefined;
}

/** Buckets' names are global, so their ARNs have no account. */
function ofBucket(cloud: Cloud, resource: string): Owned {
  const bucket = resource.split('/')[0]!;
  const found = home(cloud, 'AWS::S3::Bucket', bucket);
  const policies = found?.env.list('AWS::S3::BucketPolicy') ?? [];
  const policy = policies.find(({ model }) => model.Bucket === bucket)?.model.PolicyDocument;
  return { account: found?.env.account, policy };
}

/** A key that is made without a policy leaves it to its account's. Source: KMS Developer Guide, "Default key policy". */
const defaultKeyPolicy = (account: string): PolicyDocument => ({
  Statement: { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
});

const services: Record<string, (cloud: Cloud, arn: string, rest: string, env: Environment) => Owned> = {
  s3: (cloud, _arn, rest) => ofBucket(cloud, rest),
  kms: (_cloud, _arn, rest, env) => {
    const key = env.get('AWS::KMS::Key', rest.replace(/^key\//, ''));
    const policy = key && (parsed(key.model.KeyPolicy) ?? defaultKeyPolicy(env.account));
    // Of a key that is not there KMS says so, to whoever may ask.
    return { policy, isPolicyRequired: key !== undefined };
  },
  ecr: (_cloud, _arn, rest, env) => ({
    policy: parsed(env.get('AWS::ECR::Repository', rest.replace(/^repository\//, ''))?.model.RepositoryPolicyText),
  }),
  secretsmanager: (_cloud, arn, _rest, env) => {
    const attached = env.list('AWS::SecretsManager::ResourcePolicy').find(({ model }) => model.SecretId === arn);
    return { policy: parsed(attached?.model.ResourcePolicy ?? secrets(env).get(arn)?.policy) };
  },
  sns: (_cloud, arn, _rest, env) => ({
    policy: env.list('AWS::SNS::TopicPolicy').find(({ model }) => model.Topics?.includes(arn))?.model.PolicyDocument,
  }),
};

/** What is known of the resource that an action is done to. */
export function ownedResource(cloud: Cloud, action: string, resource: string): Owned {
  if (action === 'sts:AssumeRole') {
    const role = roleOf(cloud, resource)?.model;
    return { policy: role?.AssumeRolePolicyDocument, isPolicyRequired: true, tags: role?.Tags };
  }
  const [, , service = '', region = '', account = '', ...rest] = resource.split(':');
  return services[service]?.(cloud, resource, rest.join(':'), cloud.environment(account, region)) ?? {};
}
