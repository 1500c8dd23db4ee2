import type { ResourceChange } from '@aws-sdk/client-cloudformation';
import { guardedTypes } from '../../../pipeline/programs/guarded-types';
import type { Objection } from '../../../pipeline/programs/objections';
import { change, detail, follows, objections, tags, template } from './changes';

const remove = (type: string, more: Partial<ResourceChange> = {}) =>
  change('Thing', type, { Action: 'Remove', Replacement: undefined, Details: [], ...more });
const replace = (type: string, more: Partial<ResourceChange> = {}) =>
  change('Thing', type, { Replacement: 'True', Details: [detail('Name', { recreation: 'Always' })], ...more });
const reason = (one: ResourceChange, retainData = false) => objections([one], { retainData })[0]?.reason;

describe.each(Object.entries(guardedTypes))('%s', (type, kind) => {
  const what = kind === 'data' ? 'its data' : 'requests on their way';

  test('may not be deleted', () => {
    for (const PolicyAction of ['Delete', undefined] as const) {
      expect(objections([remove(type, { PolicyAction })])).toEqual<Objection[]>([
        {
          ...{ logicalId: 'Thing', type, physicalId: 'Thing-1', effect: 'delete', properties: [] },
          reason: `It would be deleted, and ${what} would be lost.`,
          remedy: expect.stringMatching(
            `^Take the change back. .* and move (the data|traffic) over. .* removal policy to RETAIN`,
          ),
        },
      ]);
    }
  });

  test('may leave the stack and stay; where data is retained, it may not if it holds some', () => {
    expect(objections([remove(type, { PolicyAction: 'Retain' })])).toEqual([]);
    const found = objections([remove(type, { PolicyAction: 'Retain' })], { retainData: true });
    expect(found.map(({ effect }) => effect)).toEqual(kind === 'data' ? ['delete'] : []);
    for (const one of found) {
      expect(one.reason).toContain('would leave the stack and stay behind');
      expect(one.remedy).toContain('this environment retains data');
    }
  });

  test('may not be replaced, and the property is named', () => {
    expect(objections([replace(type)])).toEqual<Objection[]>([
      {
        ...{ logicalId: 'Thing', type, physicalId: 'Thing-1', effect: 'replace', properties: ['Name'] },
        reason: `It would be replaced, and ${what} would be lost.`,
        remedy: expect.stringMatching(/^Take the change back\. .* and move (the data|traffic) over\.$/),
      },
    ]);
  });
});

describe('what becomes of the old one is told', () => {
  const [group, table] = ['AWS::ElasticLoadBalancingV2::TargetGroup', 'AWS::RDS::DBInstance'];

  test.each([
    [
      remove(table, { PolicyAction: 'Snapshot' }),
      'It would be deleted, and its data would be lost but for a snapshot.',
    ],
    [replace(table, { PolicyAction: 'ReplaceAndDelete' }), 'It would be replaced, and its data would be lost.'],
    [
      replace(table, { PolicyAction: 'ReplaceAndSnapshot' }),
      'It would be replaced, and its data would be lost but for a snapshot.',
    ],
    [
      replace(table, { PolicyAction: 'ReplaceAndRetain' }),
      'It would be replaced, by an empty one; the old one would stay, used by nobody.',
    ],
    [
      replace(group, { PolicyAction: 'ReplaceAndRetain' }),
      'It would be replaced, and requests on their way would be lost.',
    ],
  ])('%#', (one, expected) => expect(reason(one)).toBe(expected));
});

test('what holds data is told from what carries traffic', () => {
  expect(reason(remove('AWS::Logs::LogGroup'))).toContain('its data would be lost');
  expect(reason(remove('AWS::EC2::Subnet'))).toContain('requests on their way would be lost');
  expect(objections([remove('AWS::S3::Bucket')])[0]!.remedy).toContain('move the data over');
  expect(objections([remove('AWS::EC2::Subnet')])[0]!.remedy).toContain('move traffic over');
});

test('other types may be deleted and replaced', () => {
  const type = 'AWS::ECS::TaskDefinition';
  expect(objections([replace(type), remove(type), change('Thing', type, { Action: 'Dynamic' })])).toEqual([]);
});

test.each([['Add'], ['Import'], ['SyncWithActual']] as const)('the action %s loses nothing', (Action) => {
  expect(objections([change('Group', 'AWS::Logs::LogGroup', { Action, Replacement: undefined })])).toEqual([]);
  const service = change('Service', 'AWS::ECS::Service', { Action, Replacement: undefined });
  expect(objections([service], { template: controlledBy('CODE_DEPLOY') })).toEqual([]);
});

test('what CloudFormation cannot tell is taken for a replacement', () => {
  const one = change('Group', 'AWS::Logs::LogGroup', { Action: 'Dynamic', Replacement: undefined });
  expect(objections([one])).toMatchObject([
    { effect: 'replace', reason: 'It would be replaced, perhaps, and its data would be lost.' },
  ]);
});

const controlledBy = (Type?: string) =>
  template({ Service: { Type: 'AWS::ECS::Service', Properties: { DeploymentController: Type && { Type } } } });

describe('a service', () => {
  const service = (more: Partial<ResourceChange> = {}) => change('Service', 'AWS::ECS::Service', more);
  const released = { template: controlledBy('CODE_DEPLOY'), deployed: controlledBy('CODE_DEPLOY') };

  test('that CodeDeploy releases may not be modified at all, its tags included', () => {
    expect(objections([service({ Details: [tags()] })], released)).toEqual<Objection[]>([
      {
        ...{ logicalId: 'Service', type: 'AWS::ECS::Service', physicalId: 'Service-1' },
        ...{ effect: 'modify', properties: ['Tags'] },
        reason: 'CodeDeploy releases this service, and ECS refuses changes of such a service by CloudFormation.',
        remedy: expect.stringContaining('belongs into the task definition'),
      },
    ]);
    expect(objections([service({ Details: undefined })], released)).toHaveLength(1);
  });

  test('is released by CodeDeploy where either template says so', () => {
    expect(objections([service()], { ...released, template: controlledBy('ECS') })).toHaveLength(1);
    expect(objections([service()], { ...released, deployed: controlledBy('ECS') })).toHaveLength(1);
  });

  test('that CodeDeploy releases passes where only its metadata or what it follows changes in place', () => {
    const metadata = service({ Details: [detail('', { attribute: 'Metadata' })] });
    expect(objections([metadata], released)).toEqual([]);
    const group = change('Group', 'AWS::EC2::SecurityGroup');
    const following = service({ Details: [follows('Group.GroupId', 'NetworkConfiguration')] });
    expect(objections([group, following], released)).toEqual([]);
    expect(objections([following], released)).toEqual([]);
  });

  test.each([['ECS'], [undefined]])('with controller %s rolls by being modified', (type) => {
    expect(objections([service()], { template: controlledBy(type), deployed: controlledBy(type) })).toEqual([]);
  });

  test('that the templates lack has no controller', () => expect(objections([service()])).toEqual([]));
  test('alone is meant: what else has such a property may change', () => {
    const other = change('Service', 'AWS::ECS::TaskSet');
    expect(objections([other], released)).toEqual([]);
  });
});

describe.each([
  ['AWS::ElasticLoadBalancingV2::ListenerRule', 'Actions'],
  ['AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions'],
])('%s', (Type, property) => {
  const rule = change('Rule', Type, { Details: [detail('Priority')] });
  const forwarding = (...groups: unknown[]) =>
    template({
      Rule: { Type, Properties: { [property]: groups.map((TargetGroupArn) => ({ Type: 'forward', TargetGroupArn })) } },
    });
  const physicalIds = new Map([['Blue', 'arn:blue']]);
  const live = (...groups: string[]) => new Map([['Rule-1', groups]]);

  test('may be touched where live and template forward alike', () => {
    const prepared = { template: forwarding({ Ref: 'Blue' }), physicalIds };
    expect(objections([rule], { ...prepared, liveForwards: live('arn:blue') })).toEqual([]);
  });

  test('may not be touched where they differ, and both are told', () => {
    const prepared = { template: forwarding({ Ref: 'Blue' }, 'arn:y'), physicalIds };
    expect(objections([rule], { ...prepared, liveForwards: live('arn:green', 'arn:x') })).toEqual<Objection[]>([
      {
        ...{ logicalId: 'Rule', type: Type, physicalId: 'Rule-1', effect: 'modify', properties: ['Priority'] },
        reason:
          'It forwards to arn:green, arn:x, and the template says arn:blue, arn:y: requests would go back to an old version.',
        remedy: expect.stringMatching(/^Leave it as it is in this commit\. .*deliver the change\.$/),
      },
    ]);
  });

  test('may not be touched where it is gone, or would forward no more', () => {
    expect(objections([rule], { template: forwarding('arn:blue') })[0]!.reason).toContain(
      'It forwards to nothing, and the template says arn:blue:',
    );
    expect(objections([rule], { template: template({}), liveForwards: live('arn:blue') })[0]!.reason).toContain(
      'It forwards to arn:blue, and the template says nothing:',
    );
    expect(objections([rule], { template: forwarding() })).toHaveLength(1);
  });

  test('is not touched where nothing of it changes', () => {
    const metadata = change('Rule', Type, { Details: [detail('', { attribute: 'Metadata' })] });
    expect(objections([metadata], { template: forwarding('arn:blue'), liveForwards: live('arn:green') })).toEqual([]);
  });
});

describe('a nested stack', () => {
  const nested = (more: Partial<ResourceChange>) => change('Nested', 'AWS::CloudFormation::Stack', more);
  test('may change where its changes are told', () => {
    expect(objections([nested({ ChangeSetId: 'arn:nested' })])).toEqual([]);
  });
  test('may not change where they are not', () => {
    expect(objections([nested({})])).toEqual<Objection[]>([
      {
        ...{ logicalId: 'Nested', type: 'AWS::CloudFormation::Stack', physicalId: 'Nested-1' },
        ...{ effect: 'modify', properties: ['Name'] },
        reason: expect.stringContaining('does not tell what would change within it'),
        remedy: expect.stringContaining('a stack of its own'),
      },
    ]);
    expect(objections([nested({ Details: [detail('', { attribute: 'Metadata' })] })])).toEqual([]);
  });
});

describe('a policy that keeps data', () => {
  const bucket = (DeletionPolicy?: string) => template({ Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy } });
  const weaker = { deployed: bucket('Retain'), template: bucket('Delete') };
  test('is not weakened where data is retained', () => {
    const physicalIds = new Map([['Bucket', 'logs']]);
    expect(objections([], { ...weaker, physicalIds, retainData: true })).toEqual<Objection[]>([
      {
        ...{ logicalId: 'Bucket', type: 'AWS::S3::Bucket', physicalId: 'logs' },
        ...{ effect: 'modify', properties: ['DeletionPolicy'] },
        reason: expect.stringContaining('What is retained now would be so no more'),
        remedy: expect.stringContaining('Leave the removal policy as it is'),
      },
    ]);
  });
  test('may be weakened elsewhere', () => expect(objections([], weaker)).toEqual([]));
});
