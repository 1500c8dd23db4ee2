import type { ResourceChange, ResourceChangeDetail, ResourceTargetDefinition } from '@aws-sdk/client-cloudformation';
import { effectsOf } from '../../../pipeline/programs/effects';
import { objectionsTo, type Prepared } from '../../../pipeline/programs/objections';
import type { Template } from '../../../pipeline/programs/template';

/** A change set's change of a resource: in place and of one property, unless told otherwise. */
export const change = (id: string, type: string, more: Partial<ResourceChange> = {}): ResourceChange => ({
  Action: 'Modify',
  Replacement: 'False',
  LogicalResourceId: id,
  PhysicalResourceId: `${id}-1`,
  ResourceType: type,
  Details: [detail('Name')],
  ...more,
});

interface Told extends Omit<ResourceChangeDetail, 'Target'> {
  attribute?: ResourceTargetDefinition['Attribute'];
  recreation?: ResourceTargetDefinition['RequiresRecreation'];
}

export const detail = (
  Name: string,
  { attribute = 'Properties', recreation = 'Never', ...more }: Told = {},
): ResourceChangeDetail => ({
  Target: { Attribute: attribute, Name, RequiresRecreation: recreation },
  Evaluation: 'Static',
  ...more,
});

export const tags = (): ResourceChangeDetail => ({ Target: { Attribute: 'Tags' }, Evaluation: 'Static' });

/** A property that follows another resource, or its attribute, and whose change replaces. */
export const follows = (CausingEntity: string | undefined, Name = 'VpcId'): ResourceChangeDetail =>
  detail(Name, {
    recreation: 'Always',
    Evaluation: 'Dynamic',
    ChangeSource: CausingEntity?.includes('.') ? 'ResourceAttribute' : 'ResourceReference',
    CausingEntity,
  });

export const template = (Resources: Template['Resources']): Template => ({ Resources });

/** What speaks against changes of a stack of which nothing else is known. */
export const objections = (changes: ResourceChange[], more: Partial<Prepared> = {}) =>
  objectionsTo({
    effects: effectsOf(changes),
    template: template({}),
    deployed: template({}),
    liveForwards: new Map(),
    physicalIds: new Map(),
    retainData: false,
    ...more,
  });
