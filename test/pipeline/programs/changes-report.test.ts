import { type Changes, report, summary } from '../../../pipeline/programs/changes-report';
import { difference, securityOf } from '../../../pipeline/programs/security-changes';
import { stackChange } from '../../../pipeline/programs/stack-changes';
import { digestOf, promotedEvidence } from '../../declarations/evidence-support';

const role = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ecs-tasks.amazonaws.com' } }],
    },
    Policies: [{ PolicyDocument: { Statement: statements } }],
  },
});
const read = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: { 'Fn::GetAtt': ['Logs', 'Arn'] },
};
const trust = 'Role: Allow sts:AssumeRole to Service ecs-tasks.amazonaws.com';
const permissions = (resource: object) =>
  [...securityOf({ Resources: { Role: resource as never } }).permissions].sort();

describe('what a template lets happen', () => {
  test('is a line for each action, with resource, principal and condition', () => {
    expect(permissions(role(read))).toEqual([
      'Role: Allow s3:GetObject on Logs.Arn',
      'Role: Allow s3:ListBucket on Logs.Arn',
      trust,
    ]);
    const condition = { StringEquals: { 'aws:PrincipalArn': ['arn:b', 'arn:a'] } };
    const pass = {
      Effect: 'Deny',
      NotAction: ['iam:*', 'kms:*'],
      NotResource: '*',
      NotPrincipal: '*',
      Condition: condition,
    };
    expect(permissions(role(pass))).toEqual([
      trust,
      'Role: Deny all but iam:*, kms:* on all but * to all but * if StringEquals aws:PrincipalArn arn:b, arn:a',
    ]);
  });

  test('is found in policies of any type, and in managed ones', () => {
    const join = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/ReadOnlyAccess']] };
    expect(permissions({ Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [join] } })).toEqual([
      'Role: has arn:AWS::Partition:iam::aws:policy/ReadOnlyAccess',
    ]);
    const single = { Effect: 'Allow', Action: 'kms:*', Resource: { 'Fn::ImportValue': 'exported' } };
    expect(permissions({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: single } } })).toEqual([
      'Role: Allow kms:* on exported',
    ]);
    expect(permissions({ Type: 'AWS::SNS::Topic' })).toEqual([]);
  });

  test('of security groups is a line for each rule, wherever it is declared', () => {
    const { rules } = securityOf({
      Resources: {
        Group: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: {
            SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }],
            SecurityGroupEgress: [{ IpProtocol: '-1', CidrIpv6: '::/0' }],
          },
        },
        In: {
          Type: 'AWS::EC2::SecurityGroupIngress',
          Properties: {
            ...{ GroupId: { Ref: 'Group' }, IpProtocol: 'tcp', FromPort: 1, ToPort: 2 },
            SourceSecurityGroupId: { 'Fn::GetAtt': ['Other', 'GroupId'] },
          },
        },
        Out: {
          Type: 'AWS::EC2::SecurityGroupEgress',
          Properties: { GroupId: 'sg-1', IpProtocol: 'udp', FromPort: 53, ToPort: 53, DestinationPrefixListId: {} },
        },
      },
    });
    expect([...rules]).toEqual([
      'Group: tcp 443 from 0.0.0.0/0',
      'Group: everything to ::/0',
      'Group: tcp 1-2 from Other.GroupId',
      'sg-1: udp 53 to ',
    ]);
  });

  test('differs by what is more and what is fewer', () => {
    const more = { ...read, Action: ['s3:GetObject', 's3:PutObject'] };
    expect(difference(new Set(permissions(role(read))), new Set(permissions(role(more))))).toEqual({
      added: ['Role: Allow s3:PutObject on Logs.Arn'],
      removed: ['Role: Allow s3:ListBucket on Logs.Arn'],
    });
  });
});

test('a stack tells the resources that come, go, and change', () => {
  const topic = (name: string) => ({ Type: 'AWS::SNS::Topic', Properties: { TopicName: name } });
  const before = { Resources: { A: topic('a'), B: topic('b'), D: topic('d') } };
  const after = { Resources: { B: topic('other'), C: topic('c'), D: topic('d') } };
  expect(stackChange('network', before, after)).toMatchObject({
    isNew: false,
    resources: ['- A (AWS::SNS::Topic)', '~ B (AWS::SNS::Topic)', '+ C (AWS::SNS::Topic)'],
  });
  expect(stackChange('network', undefined, after)).toMatchObject({ isNew: true, resources: { length: 3 } });
  expect(stackChange('network', before, before).resources).toEqual([]);
});

const wider = role(read, { ...read, Action: 's3:PutObject' });
const changes: Changes = {
  system: 'payment-platform',
  stage: 'prod',
  account: '444444444444',
  region: 'us-east-1',
  commit: 'c0ffee',
  commitBefore: 'beef',
  services: [
    {
      name: 'payment-api',
      before: { tag: 'old', digest: digestOf('a') },
      after: { tag: 'new', digest: digestOf('b') },
    },
    { name: 'ledger', before: { tag: 'same', digest: digestOf('c') }, after: { tag: 'same', digest: digestOf('c') } },
  ],
  stacks: [
    stackChange('access', { Resources: { Role: role(read) as never } }, { Resources: { Role: wider as never } }),
    stackChange('network', { Resources: {} }, { Resources: {} }),
  ],
  previous: { evidence: promotedEvidence, uri: 's3://kept/staging' },
  uri: 's3://kept/changes.md',
};

describe('the report', () => {
  test('tells what changes and what not, on one screen', () => {
    expect(report(changes).split('\n')).toEqual([
      'What delivering commit c0ffee would change in prod',
      'payment-platform, account 444444444444, us-east-1. Promoted last: commit beef.',
      '',
      'Services (tag, digest: now → then)',
      '  payment-api  old sha256:aaaaaaaaaaaa → new sha256:bbbbbbbbbbbb',
      '  ledger       unchanged: same sha256:cccccccccccc',
      '',
      'Stacks: 1 of 2 change',
      '  access',
      '    ~ Role (AWS::IAM::Role)',
      '',
      'Permissions (policies of every kind): 1 more, 0 fewer',
      '  + access Role: Allow s3:PutObject on Logs.Arn',
      '',
      'Security groups: no difference',
      '',
      'staging in this execution: promoted, 1 of 1 checks passed, approved by arn:aws:sts::111111111111:assumed-role/reviewer/anna: looks right',
      '  s3://kept/staging',
      '',
    ]);
  });

  test('of a first delivery counts what is new, and lists none of it', () => {
    const stacks = [stackChange('access', undefined, { Resources: { Role: wider as never } })];
    const services = [{ name: 'payment-api', after: { tag: 'new' } }];
    const lines = report({ ...changes, commitBefore: undefined, services, stacks, previous: undefined }).split('\n');
    expect(lines).toContain('payment-platform, account 444444444444, us-east-1. No promotion is on record.');
    expect(lines).toContain('  payment-api  none on record → new digest not told');
    expect(lines).toContain('  access: new, 1 resources');
    expect(lines).toContain('Permissions (policies of every kind): 4 more, 0 fewer, all of a first delivery');
  });

  test('of many differences ends, and says how many more there are', () => {
    const Action = Array.from({ length: 70 }, (_, i) => `s3:Action${i}`);
    const many = role({ Effect: 'Allow', Action, Resource: '*' });
    const stacks = [
      stackChange('access', { Resources: { Role: many as never } }, { Resources: { Role: role() as never } }),
    ];
    expect(report({ ...changes, stacks })).toContain('    and 10 more');
  });

  test('names nobody where CodePipeline does not tell who approved', () => {
    const by = (approval: object | null) =>
      report({ ...changes, previous: { evidence: { ...promotedEvidence, approval } as never, uri: 'x' } });
    expect(by({ by: null, at: '', comment: 'ok' })).toContain('approved by somebody: ok');
    expect(by(null)).not.toContain('approved');
  });
});

describe("the approval's sentences", () => {
  test('name images, permissions, and the evidence before', () => {
    expect(summary(changes)).toBe(
      'Services: payment-api old → new. Stacks: 1 of 2 change. Permissions: 1 more, 0 fewer. Security groups: no difference. ' +
        'staging: promoted, 1 of 1 checks passed, evidence s3://kept/staging. In full: s3://kept/changes.md',
    );
  });

  test('say where no image changes, and which are new', () => {
    expect(summary({ ...changes, services: [changes.services[1]!], previous: undefined })).toContain(
      'the same images as now.',
    );
    expect(summary({ ...changes, services: [{ name: 'a', after: { tag: 'x' } }] })).toContain('Services: a new, x.');
  });

  test('count services where naming them takes more than CodePipeline has room for', () => {
    const services = Array.from({ length: 40 }, (_, i) => ({ name: `a-service-${i}`, after: { tag: 'f'.repeat(16) } }));
    const text = summary({ ...changes, services });
    expect(text).toContain('Services: 40 of 40 change.');
    expect(text.length).toBeLessThan(900);
  });
});
