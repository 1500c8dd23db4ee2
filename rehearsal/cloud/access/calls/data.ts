import type * as acmSdk from '@aws-sdk/client-acm';
import type * as alarmsSdk from '@aws-sdk/client-cloudwatch';
import type * as iamSdk from '@aws-sdk/client-iam';
import type * as kmsSdk from '@aws-sdk/client-kms';
import type * as lambdaSdk from '@aws-sdk/client-lambda';
import type * as rdsSdk from '@aws-sdk/client-rds';
import type * as snsSdk from '@aws-sdk/client-sns';
import type * as ssmSdk from '@aws-sdk/client-ssm';
import type * as stsSdk from '@aws-sdk/client-sts';
import { findKey } from '../../services/kms';
import type { Environment } from '../../state';
import { each, type Need, type Rules } from './rules';

const certificate = ({ CertificateArn }: { CertificateArn?: string }, env: Environment) =>
  CertificateArn ?? env.arn('acm', 'certificate/*');

export const acm: Rules<typeof acmSdk> = {
  ImportCertificate: certificate,
  DescribeCertificate: certificate,
  GetCertificate: certificate,
  ListTagsForCertificate: certificate,
  AddTagsToCertificate: certificate,
  DeleteCertificate: certificate,
};

const alarm = (env: Environment) => (name: string) => env.arn('cloudwatch', `alarm:${name}`);

export const cloudwatch: Rules<typeof alarmsSdk> = {
  // CloudWatch asks for all alarms, also where the request names some (aws-samples/amazon-cloudwatch-auto-alarms#1).
  DescribeAlarms: (_input, env) => alarm(env)('*'),
  SetAlarmState: ({ AlarmName }, env) => alarm(env)(AlarmName!),
  DescribeAlarmHistory: ({ AlarmName = '*' }, env) => alarm(env)(AlarmName),
  PutMetricAlarm: ({ AlarmName }, env) => alarm(env)(AlarmName!),
  DeleteAlarms: ({ AlarmNames }, env) => each(AlarmNames, alarm(env)),
  GetDashboard: ({ DashboardName }, env) => `arn:aws:cloudwatch::${env.account}:dashboard/${DashboardName}`,
};

const role = ({ RoleName }: { RoleName?: string }, env: Environment) => `arn:aws:iam::${env.account}:role/${RoleName}`;
const policy = ({ PolicyArn }: { PolicyArn?: string }) => PolicyArn!;

export const iam: Rules<typeof iamSdk> = {
  GetRole: role,
  ListRolePolicies: role,
  GetRolePolicy: role,
  ListAttachedRolePolicies: role,
  CreatePolicy: ({ PolicyName }, env) => `arn:aws:iam::${env.account}:policy/${PolicyName}`,
  GetPolicy: policy,
  GetPolicyVersion: policy,
  ListPolicyVersions: policy,
  CreatePolicyVersion: policy,
  DeletePolicyVersion: policy,
};

const key = ({ KeyId = '' }: { KeyId?: string }, env: Environment): string =>
  findKey(env, KeyId)?.Arn ?? (KeyId.startsWith('arn:') ? KeyId : env.arn('kms', `key/${KeyId}`));

/** Source: KMS Developer Guide, "AWS KMS condition keys". */
const signature = (
  input: { KeyId?: string; SigningAlgorithm?: string; MessageType?: string },
  env: Environment,
): Need => ({
  resource: key(input, env),
  context: {
    'kms:signingalgorithm': input.SigningAlgorithm!,
    // Source: KMS API Reference, Sign.
    'kms:messagetype': input.MessageType ?? 'RAW',
  },
});

export const kms: Rules<typeof kmsSdk> = {
  DescribeKey: key,
  GetKeyRotationStatus: key,
  GetKeyPolicy: key,
  GetPublicKey: key,
  Sign: signature,
  Verify: signature,
};

/** By name or ARN, with or without a qualifier. */
const functionArn = ({ FunctionName = '' }: { FunctionName?: string }, env: Environment) =>
  env.arn('lambda', `function:${FunctionName.replace(/^arn:.*:function:/, '').split(':')[0]}`);

export const lambda: Rules<typeof lambdaSdk> = {
  Invoke: (input, env) => ({ action: 'lambda:InvokeFunction', resource: functionArn(input, env) }),
  GetFunction: functionArn,
  GetFunctionConfiguration: functionArn,
};

const database = (env: Environment, kind: string, name = '*') =>
  name.startsWith('arn:') ? name : env.arn('rds', `${kind}:${name}`);

export const rds: Rules<typeof rdsSdk> = {
  DescribeDBClusters: ({ DBClusterIdentifier: name }, env) => database(env, 'cluster', name),
  DescribeDBInstances: ({ DBInstanceIdentifier: name }, env) => database(env, 'db', name),
  DescribeDBSubnetGroups: ({ DBSubnetGroupName: name }, env) => database(env, 'subgrp', name),
  DescribeDBClusterParameterGroups: ({ DBClusterParameterGroupName: name }, env) => database(env, 'cluster-pg', name),
  DescribeDBClusterParameters: ({ DBClusterParameterGroupName: name }, env) => database(env, 'cluster-pg', name),
  DescribeDBParameterGroups: ({ DBParameterGroupName: name }, env) => database(env, 'pg', name),
  DescribeDBParameters: ({ DBParameterGroupName: name }, env) => database(env, 'pg', name),
  DescribeDBClusterSnapshots: ({ DBClusterIdentifier: name }, env) => database(env, 'cluster', name),
  ListTagsForResource: ({ ResourceName: name }, env) => database(env, 'cluster', name),
  ModifyDBCluster: ({ DBClusterIdentifier: name }, env) => database(env, 'cluster', name),
};

const topic = ({ TopicArn }: { TopicArn?: string }) => TopicArn!;

export const sns: Rules<typeof snsSdk> = {
  GetTopicAttributes: topic,
  ListSubscriptionsByTopic: topic,
  ListTagsForResource: ({ ResourceArn }) => ResourceArn!,
  Publish: ({ TopicArn, TargetArn }) => TopicArn ?? TargetArn ?? '*',
};

const parameter = (env: Environment) => (name: string) =>
  name.startsWith('arn:') ? name : env.arn('ssm', `parameter/${name.replace(/^\//, '')}`);

export const ssm: Rules<typeof ssmSdk> = {
  GetParameter: ({ Name }, env) => parameter(env)(Name!),
  GetParameters: ({ Names }, env) => each(Names, parameter(env)),
  GetParametersByPath: ({ Path }, env) => parameter(env)(Path!),
  PutParameter: ({ Name }, env) => parameter(env)(Name!),
  DeleteParameter: ({ Name }, env) => parameter(env)(Name!),
  DeleteParameters: ({ Names }, env) => each(Names, parameter(env)),
};

export const sts: Rules<typeof stsSdk> = {
  // No permission is needed. Source: STS API Reference, GetCallerIdentity.
  GetCallerIdentity: () => [],
  AssumeRole: ({ RoleArn, ExternalId }) => ({
    resource: RoleArn!,
    context: { ...(ExternalId && { 'sts:externalid': ExternalId }) },
  }),
};
