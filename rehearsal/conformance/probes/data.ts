// S3, Systems Manager, KMS, SNS, Secrets Manager, RDS.
import * as kms from '@aws-sdk/client-kms';
import * as rds from '@aws-sdk/client-rds';
import * as s3 from '@aws-sdk/client-s3';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sns from '@aws-sdk/client-sns';
import * as ssm from '@aws-sdk/client-ssm';
import { nothing, type Place, type Probe } from '../probe';

/** Buckets have one namespace for everybody: the account makes the name nobody else's. */
const bucket = ({ account }: Place) => `${nothing}-${account}`;

export const data: Probe[] = [
  {
    row: 'Buckets exist where stacks made them',
    call: 's3 ListObjectsV2, unknown bucket',
    ask: (c, place) => c.s3.send(new s3.ListObjectsV2Command({ Bucket: bucket(place) })),
    expected: 'NoSuchBucket: The specified bucket does not exist',
  },
  {
    row: 'HeadObject of nothing is NotFound without a body',
    call: 's3 HeadBucket, unknown bucket',
    ask: async (c, place) =>
      c.s3.send(new s3.HeadBucketCommand({ Bucket: bucket(place) })).catch((error: Error) => ({ code: error.name })),
    expected: JSON.stringify({ code: 'NotFound' }),
  },
  {
    row: 'Systems Manager, of a parameter',
    call: 'ssm GetParameter',
    ask: (c) =>
      c.ssm.send(new ssm.GetParameterCommand({ Name: `/${nothing}` })).catch((error: Error) => ({ code: error.name })),
    expected: JSON.stringify({ code: 'ParameterNotFound' }),
  },
  {
    row: 'KMS, of a key',
    call: 'kms DescribeKey',
    ask: (c) => c.kms.send(new kms.DescribeKeyCommand({ KeyId: `alias/${nothing}` })),
    expected: ({ account, region }) =>
      `NotFoundException: Alias arn:aws:kms:${region}:${account}:alias/${nothing} is not found.`,
  },
  {
    row: 'SNS, of a topic',
    call: 'sns GetTopicAttributes',
    ask: (c, { account, region }) =>
      c.sns.send(new sns.GetTopicAttributesCommand({ TopicArn: `arn:aws:sns:${region}:${account}:${nothing}` })),
    expected: 'NotFoundException: Topic does not exist',
  },
  {
    row: 'Secrets Manager, of a secret',
    call: 'secretsmanager DescribeSecret',
    ask: (c) => c.secretsManager.send(new secrets.DescribeSecretCommand({ SecretId: nothing })),
    expected: "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
  },
  {
    row: 'RDS, of a cluster',
    call: 'rds DescribeDBClusters',
    ask: (c) => c.rds.send(new rds.DescribeDBClustersCommand({ DBClusterIdentifier: nothing })),
    expected: `DBClusterNotFoundFault: DBCluster ${nothing} not found.`,
  },
];
