import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { effectsOf } from '../../../pipeline/programs/effects';
import { guardedTypes } from '../../../pipeline/programs/guarded-types';
import { objectionsTo } from '../../../pipeline/programs/objections';
import type { Template } from '../../../pipeline/programs/template';

const none: Template = { Resources: {} };
const objections = (changes: ResourceChange[], template = none) =>
  objectionsTo({ effects: effectsOf(changes), template, liveForwards: new Map(), physicalIds: new Map() });

const change = (id: string, type: string, more: Partial<ResourceChange> = {}): ResourceChange => ({
  Action: 'Modify',
  Replacement: 'False',
  LogicalResourceId: id,
  PhysicalResourceId: `${id}-1`,
  ResourceType: type,
  Details: [detail('Name')],
  ...more,
});
const detail = (Name: string, more: Partial<ResourceChangeDetail> = {}): ResourceChangeDetail => ({
  Target: { Attribute: 'Properties', Name, RequiresRecreation: 'Never' },
  Evaluation: 'Static',
  ...more,
});
/** A property that follows another resource, and whose change replaces. */
const follows = (CausingEntity: string, Name = 'VpcId') =>
  detail(Name, {
    Target: { Attribute: 'Properties', Name, RequiresRecreation: 'Always' },
    Evaluation: 'Dynamic',
    ChangeSource: 'ResourceReference',
    CausingEntity,
  });

describe.each(Object.keys(guardedTypes))('%s', (type) => {
  test('may not be deleted', () => {
    const [objection] = objections([change('Thing', type, { Action: 'Remove', Details: [] })]);
    expect(objection).toMatchObject({ resource: `Thing (${type}, Thing-1)` });
    expect(objection!.reason).toContain('deleted');
    expect(objection!.remedy).toContain('removal policy to RETAIN');
  });

  test('may leave the stack and stay', () => {
    expect(objections([change('Thing', type, { Action: 'Remove', PolicyAction: 'Retain', Details: [] })])).toEqual([]);
  });

  test('may not be replaced, and the property is named', () => {
    const details = [
      detail('Name', { Target: { Attribute: 'Properties', Name: 'Name', RequiresRecreation: 'Always' } }),
    ];
    const [objection] = objections([change('Thing', type, { Replacement: 'True', Details: details })]);
    expect(objection).toMatchObject({ properties: ['Name'] });
    expect(objection!.reason).toContain('It would be replaced, and');
  });
});

test('the guarded types hold data or carry traffic, and the reason says which', () => {
  const reason = (type: string) => objections([change('Thing', type, { Action: 'Remove' })])[0]!.reason;
  expect(reason('AWS::Logs::LogGroup')).toContain('its data would be lost');
  expect(reason('AWS::EC2::Subnet')).toContain('requests on their way would be lost');
});

test('other types may be deleted, replaced and made', () => {
  const type = 'AWS::ECS::TaskDefinition';
  expect(objections([change('Task', type, { Replacement: 'True' })])).toEqual([]);
  expect(objections([change('Task', type, { Action: 'Remove' })])).toEqual([]);
  expect(objections([change('Group', 'AWS::Logs::LogGroup', { Action: 'Add', Details: undefined })])).toEqual([]);
});

describe('a possible replacement', () => {
  const subnet = (...Details: ResourceChangeDetail[]) =>
    change('Subnet', 'AWS::EC2::Subnet', { Replacement: 'Conditional', Details });

  test('does not happen where what it follows changes in place', () => {
    const vpc = change('Vpc', 'AWS::EC2::VPC', { Details: [detail('', { Target: { Attribute: 'Tags' } })] });
    const route = change('Route', 'AWS::EC2::NatGateway', {
      Replacement: 'Conditional',
      Details: [follows('Subnet', 'SubnetId')],
    });
    expect(objections([vpc, subnet(follows('Vpc')), route])).toEqual([]);
  });

  test.each<[string, Partial<ResourceChange>]>([
    ['is replaced', { Replacement: 'True' }],
    ['is new', { Action: 'Add', Replacement: undefined }],
  ])('happens where what it follows %s', (_, more) => {
    const cause = change('Range', 'AWS::EC2::VPCCidrBlock', more);
    const [objection] = objections([cause, subnet(follows('Range.Id', 'CidrBlock'))]);
    expect(objection).toMatchObject({ properties: ['CidrBlock'] });
    expect(objection!.reason).toContain('It would be replaced, perhaps');
  });

  test('is taken for one where nothing is told about it', () => {
    expect(objections([subnet()])).toHaveLength(1);
    expect(objections([{ ...subnet(), Details: undefined }])).toHaveLength(1);
    expect(objections([subnet({ ...follows('x'), CausingEntity: undefined })])).toHaveLength(1);
  });

  test('is none where it changes in place only', () => {
    expect(objections([subnet(detail('MapPublicIpOnLaunch'))])).toEqual([]);
  });
});

describe('a service', () => {
  const service = (more: Partial<ResourceChange> = {}) => change('Service', 'AWS::ECS::Service', more);
  const controlledBy = (Type?: string): Template => ({
    Resources: { Service: { Type: 'AWS::ECS::Service', Properties: { DeploymentController: Type && { Type } } } },
  });

  test('that CodeDeploy releases may not be modified at all, its tags included', () => {
    const tags = [detail('', { Target: { Attribute: 'Tags', Name: undefined } })];
    const [objection] = objections([service({ Details: tags })], controlledBy('CODE_DEPLOY'));
    expect(objection).toMatchObject({ resource: 'Service (AWS::ECS::Service, Service-1)', properties: ['Tags'] });
    expect(objection!.reason).toContain('CodeDeploy releases this service');
    expect(objections([service({ Details: undefined })], controlledBy('CODE_DEPLOY'))).toHaveLength(1);
  });

  test('that CodeDeploy releases passes where only its metadata or what it follows changes in place', () => {
    const metadata = service({ Details: [detail('', { Target: { Attribute: 'Metadata' } })] });
    expect(objections([metadata], controlledBy('CODE_DEPLOY'))).toEqual([]);
    const group = change('Group', 'AWS::EC2::SecurityGroup');
    const following = service({ Details: [follows('Group.GroupId', 'NetworkConfiguration')] });
    expect(objections([group, following], controlledBy('CODE_DEPLOY'))).toEqual([]);
    expect(objections([following], controlledBy('CODE_DEPLOY'))).toEqual([]);
  });

  test.each([['ECS'], [undefined]])('with controller %s rolls by being modified', (type) => {
    expect(objections([service()], controlledBy(type))).toEqual([]);
  });

  test('that the template lacks has no controller', () => expect(objections([service()])).toEqual([]));
});
