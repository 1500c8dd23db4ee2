import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EvidenceBucket } from '../../pipeline/evidence-bucket';
import { temporaryFolder } from './temporary-folder';

const context = { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true };
const stack = new Stack(new App({ outdir: temporaryFolder(), context }), 'delivery');
const { key, bucketName } = new EvidenceBucket(stack, 'Evidence');
const template = Template.fromStack(stack);
const idOf = (token: string) => (stack.resolve(token) as { Ref: string }).Ref;
const buckets = template.findResources('AWS::S3::Bucket');
const evidence = buckets[idOf(bucketName)]!;
const access = Object.values(buckets).find((bucket) => bucket !== evidence)!;

test('the evidence is kept, version by version, for more than a year, also without its stack', () => {
  expect(evidence).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } },
      },
    },
  });
  expect(evidence.Properties.LifecycleConfiguration).toBeUndefined();
});

test('nobody can know its name before it is made', () => {
  expect(evidence.Properties.BucketName).toBeUndefined();
});

test('it is encrypted with a key of its own, which is kept and rotates', () => {
  const [rule] = evidence.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
  expect(rule.ServerSideEncryptionByDefault).toMatchObject({
    SSEAlgorithm: 'aws:kms',
    KMSMasterKeyID: stack.resolve(key.keyArn),
  });
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
});

test('both buckets are closed to the public and to plain HTTP', () => {
  template.resourceCountIs('AWS::S3::BucketPolicy', 2);
  for (const [id, bucket] of Object.entries(buckets)) {
    const closed = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual(closed);
    const policies = Object.values(
      template.findResources('AWS::S3::BucketPolicy', { Properties: { Bucket: { Ref: id } } }),
    );
    expect(policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
  }
});

test('who reads and writes it is logged, as long as it is kept', () => {
  const id = Object.keys(buckets).find((one) => buckets[one] === access);
  expect(evidence.Properties.LoggingConfiguration).toEqual({ DestinationBucketName: { Ref: id } });
  expect(access).toMatchObject({
    DeletionPolicy: 'Retain',
    Properties: { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 400, Status: 'Enabled' }] } },
  });
});
