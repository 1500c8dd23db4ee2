import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { type Effect, effectsOf } from '../../../pipeline/programs/effects';
import { change, detail, follows, tags } from './changes';

/** The effect on the last of these. */
const effect = (...changes: ResourceChange[]): Effect => effectsOf(changes).at(-1)!;
const nothing = { removed: false, replaced: false, modified: false };

test('a change in place modifies, and tells each property once', () => {
  const one = change('Vpc', 'AWS::EC2::VPC', { Details: [detail('Name'), detail('Name'), tags(), detail('Size')] });
  expect(effect(one)).toEqual({ change: one, ...nothing, modified: true, properties: ['Name', 'Tags', 'Size'] });
});

test('a removal removes, whatever its policy', () => {
  for (const PolicyAction of ['Delete', 'Retain', 'Snapshot', undefined] as const) {
    const one = change('Vpc', 'AWS::EC2::VPC', { Action: 'Remove', PolicyAction, Details: undefined });
    expect(effect(one)).toEqual({ change: one, ...nothing, removed: true, properties: [] });
  }
});

test.each([['Add'], ['Import'], ['SyncWithActual'], [undefined]] as const)(
  'the action %s touches nothing',
  (Action) => {
    const one = change('Vpc', 'AWS::EC2::VPC', { Action, Replacement: 'True' });
    expect(effect(one)).toMatchObject(nothing);
    expect(effect({ ...one, Details: undefined })).toMatchObject(nothing);
  },
);

test('a replacement modifies, too', () => {
  expect(effect(change('Vpc', 'AWS::EC2::VPC', { Replacement: 'True' }))).toMatchObject({
    ...{ removed: false, replaced: true, modified: true },
  });
});

test('what cannot be told may be anything', () => {
  const one = change('Vpc', 'AWS::EC2::VPC', { Action: 'Dynamic', Replacement: undefined, Details: undefined });
  expect(effect(one)).toMatchObject({ removed: false, replaced: true, modified: true });
});

test('without details a modification is one', () => {
  for (const Details of [[], undefined]) {
    expect(effect(change('Vpc', 'AWS::EC2::VPC', { Details }))).toMatchObject({ ...nothing, modified: true });
  }
});

test.each([['Metadata'], ['CreationPolicy'], ['UpdatePolicy'], ['DeletionPolicy'], ['UpdateReplacePolicy']] as const)(
  'a change of %s alone does not touch the resource',
  (attribute) => {
    const one = change('Vpc', 'AWS::EC2::VPC', { Details: [detail('', { attribute })] });
    expect(effect(one)).toMatchObject({ ...nothing, properties: [] });
  },
);

test('a detail without a target tells nothing', () => {
  expect(effect(change('Vpc', 'AWS::EC2::VPC', { Details: [{ Evaluation: 'Static' }] }))).toMatchObject(nothing);
});

describe('a possible replacement', () => {
  const subnet = (...Details: ResourceChangeDetail[]) =>
    change('Subnet', 'AWS::EC2::Subnet', { Replacement: 'Conditional', Details });
  const vpc = (...Details: ResourceChangeDetail[]) => change('Vpc', 'AWS::EC2::VPC', { Details });

  test('does not happen where what it follows changes in place, or not at all', () => {
    const gateway = change('Gateway', 'AWS::EC2::NatGateway', {
      ...{ Replacement: 'Conditional', Details: [follows('Subnet', 'SubnetId')] },
    });
    const effects = effectsOf([vpc(detail('Size')), subnet(follows('Vpc')), gateway]);
    expect(effects.slice(1).map(({ change: _, ...told }) => told)).toEqual([
      { ...nothing, properties: [] },
      { ...nothing, properties: [] },
    ]);
    expect(effect(subnet(follows('Vpc')))).toMatchObject(nothing);
  });

  test.each<[string, Partial<ResourceChange>]>([
    ['is replaced', { Replacement: 'True' }],
    ['is new', { Action: 'Add', Replacement: undefined }],
    ['is one of which CloudFormation cannot tell', { Action: 'Dynamic', Replacement: undefined }],
    ['is replaced itself, perhaps', { Replacement: 'Conditional', Details: [] }],
  ])('happens where what it follows %s', (_, more) => {
    const cause = change('Range', 'AWS::EC2::VPCCidrBlock', more);
    const told = { replaced: true, modified: true, properties: ['CidrBlock'] };
    expect(effect(cause, subnet(follows('Range', 'CidrBlock')))).toMatchObject(told);
    expect(effect(cause, subnet(follows('Range.Id', 'CidrBlock')))).toMatchObject(told);
  });

  test.each([['Vpc.VpcId'], ['Vpc.Arn'], ['Vpc.Name'], ['Vpc.HostedZoneID'], ['Vpc.Source.Arn']])(
    'does not happen where %s is followed: it outlasts a change in place',
    (attribute) => expect(effect(vpc(detail('Size')), subnet(follows(attribute)))).toMatchObject(nothing),
  );

  test('happens where another attribute is followed: it may be changed with the resource', () => {
    expect(effect(vpc(detail('Size')), subnet(follows('Vpc.CidrBlock')))).toMatchObject({ replaced: true });
    expect(effect(vpc(detail('Size')), subnet(follows('Vpc.Arns.First')))).toMatchObject({ replaced: true });
  });

  test('does not where only tags of what it follows change, or nothing is told of it', () => {
    expect(effect(vpc(tags()), subnet(follows('Vpc.CidrBlock')))).toMatchObject(nothing);
    const untold = change('Vpc', 'AWS::EC2::VPC', { Details: undefined });
    expect(effect(untold, subnet(follows('Vpc.CidrBlock')))).toMatchObject(nothing);
  });

  test('is taken for one where nothing is told about it', () => {
    expect(effect(subnet())).toMatchObject({ replaced: true });
    expect(effect({ ...subnet(), Details: undefined })).toMatchObject({ replaced: true });
    expect(effect(subnet({ ...follows('x'), CausingEntity: undefined }))).toMatchObject({ replaced: true });
  });

  test('happens where it depends on a parameter, or on what the template says', () => {
    for (const ChangeSource of ['ParameterReference', 'DirectModification', 'Automatic', undefined] as const) {
      expect(effect(subnet({ ...follows('Size'), ChangeSource }))).toMatchObject({ replaced: true });
    }
    expect(effect(subnet({ ...follows('Vpc'), Evaluation: 'Static' }))).toMatchObject({ replaced: true });
  });

  test('is none where it changes in place only', () => {
    const more = { replaced: false, modified: true, properties: ['MapPublicIpOnLaunch'] };
    expect(effect(subnet(detail('MapPublicIpOnLaunch'), follows('Vpc')))).toMatchObject(more);
  });

  test('is one where any of the properties replaces, whatever others change in place', () => {
    const details = [detail('MapPublicIpOnLaunch'), detail('CidrBlock', { recreation: 'Always' }), follows('Vpc')];
    expect(effect(subnet(...details))).toMatchObject({ replaced: true });
  });

  test('is one where the property replaces sometimes', () => {
    expect(effect(subnet(detail('Zone', { recreation: 'Conditionally' })))).toMatchObject({ replaced: true });
  });
});

test('False is no replacement, whatever the details say', () => {
  const one = change('Vpc', 'AWS::EC2::VPC', { Details: [detail('CidrBlock', { recreation: 'Always' })] });
  expect(effect(one)).toMatchObject({ replaced: false, modified: true });
});
