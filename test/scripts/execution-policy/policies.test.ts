import type { PlacedStack, Resource } from '../../../scripts/execution-policy/placed-stack';
import { documentsOf } from '../../../scripts/execution-policy/documents';
import { type Statement, statementsOf } from '../../../scripts/execution-policy/statements';

const stack = (...resources: Resource[]): PlacedStack => ({
  name: 'payment-x-dev',
  account: '123456789012',
  region: 'us-east-1',
  template: { Resources: Object.fromEntries(resources.map((resource, i) => [`R${i}`, resource])) },
});

test('a type without an entry is an error that says what to do', () => {
  expect(() => statementsOf([stack({ Type: 'AWS::SQS::Queue' })])).toThrow(
    "aws-facts/handlers.json has no AWS::SQS::Queue: add its handlers' permissions from CloudFormation's registry",
  );
});

test("AWS's managed policies are attached, those that the templates name and no others", () => {
  const ManagedPolicyArns = [
    { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSCodeDeployRoleForECS']] },
  ];
  const role: Resource = {
    Type: 'AWS::IAM::Role',
    Properties: { RoleName: 'payment-x', ManagedPolicyArns, AssumeRolePolicyDocument: { Statement: [] } },
  };
  expect(statementsOf([stack(role)])).toContainEqual({
    Effect: 'Allow',
    Action: ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    Resource: ['arn:aws:iam::123456789012:role/payment-x'],
    Condition: { ArnEquals: { 'iam:PolicyARN': ['arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForECS'] } },
  });
});
test('a property brings the actions that only it needs', () => {
  const bucket = (more: object): Resource => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName: 'b', ...more } });
  const allowed = (more: object) => statementsOf([stack(bucket(more))]).flatMap(({ Action }) => Action);
  expect(allowed({})).not.toContain('s3:PutBucketVersioning');
  expect(allowed({ VersioningConfiguration: { Status: 'Enabled' } })).toContain('s3:PutBucketVersioning');
});
test('a record is written into its own zone', () => {
  const record: Resource = { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: 'Z1', Name: 'x' } };
  const { Resource } = statementsOf([stack(record)]).find(({ Action }) =>
    Action.includes('route53:ChangeResourceRecordSets'),
  )!;
  expect(Resource).toEqual(['arn:aws:route53:::change/*', 'arn:aws:route53:::hostedzone/Z1']);
});
test('a generated name is known by its stack, whose name may be cut', () => {
  const named = (name: string) => statementsOf([{ ...stack({ Type: 'AWS::S3::Bucket' }), name }])[0]!.Resource;
  expect(named('Payment-short')).toEqual(['arn:aws:s3:::payment-short-*']);
  expect(named('a-very-long-name-of-a-stack')).toEqual(['arn:aws:s3:::a-very-long-name-of-a-st*']);
});

describe('filling policies', () => {
  const long = (count: number): Statement => ({
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: Array.from({ length: count }, (_, i) => `arn:aws:s3:::a-bucket-with-a-rather-long-name-${i}`),
  });

  test('cuts what does not fit, and loses nothing', () => {
    const documents = documentsOf([long(400)]);
    expect(documents.length).toBeGreaterThan(2);
    const resources = documents.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource));
    expect(resources.sort()).toEqual(long(400).Resource.sort());
  });
  test('says so where a role could not carry them', () => {
    expect(() => documentsOf([long(4000)])).toThrow(
      /^The policy needs \d+ managed policies, and a role carries 10: give/,
    );
  });
});
