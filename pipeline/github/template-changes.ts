import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import { fullDiff, ResourceImpact, type ResourceDifference } from '@aws-cdk/cloudformation-diff';
import type { Template } from '../programs/template';

/**
 * The change set that CloudFormation would probably prepare, told from two templates: what replaces a resource is read from its published
 * schema. What only running resources know is missing: their physical ids, and what refers to them from other stacks.
 */
export function templateChanges(before: Template, after: Template): ResourceChange[] {
  const { changes } = fullDiff(before, after).resources;
  return Object.entries(changes).flatMap(([id, difference]) => changeOf(id, difference) ?? []);
}

function changeOf(LogicalResourceId: string, difference: ResourceDifference): ResourceChange | undefined {
  const ResourceType = difference.newResourceType ?? difference.oldResourceType;
  // The guard asks for it, to look up what is live: here the template's own resource stands for it.
  const resource = { LogicalResourceId, ResourceType, PhysicalResourceId: LogicalResourceId };
  if (difference.isAddition) return { Action: 'Add', LogicalResourceId, ResourceType };
  const { DeletionPolicy, UpdateReplacePolicy } = difference.oldValue as unknown as Record<string, string | undefined>;
  if (difference.isRemoval) {
    const PolicyAction = DeletionPolicy?.startsWith('Retain')
      ? 'Retain'
      : DeletionPolicy === 'Snapshot'
        ? 'Snapshot'
        : 'Delete';
    return { ...resource, Action: 'Remove', PolicyAction };
  }
  const Details = detailsOf(difference);
  // Metadata and removal policies do not touch a resource.
  if (Details.length === 0) return undefined;
  const Replacement = replacements[difference.changeImpact] ?? 'False';
  const kept = UpdateReplacePolicy === 'Retain' || UpdateReplacePolicy === 'Snapshot' ? UpdateReplacePolicy : 'Delete';
  const PolicyAction = Replacement === 'False' ? undefined : (`ReplaceAnd${kept}` as const);
  return { ...resource, Action: 'Modify', Replacement, PolicyAction, Details };
}

const replacements: Partial<Record<ResourceImpact, 'True' | 'Conditional'>> = {
  [ResourceImpact.WILL_REPLACE]: 'True',
  [ResourceImpact.MAY_REPLACE]: 'Conditional',
};

const detailsOf = ({ propertyUpdates }: ResourceDifference): ResourceChangeDetail[] =>
  Object.entries(propertyUpdates).map(([Name, { changeImpact }]) => ({
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
    Target: { Attribute: 'Properties', Name, RequiresRecreation: recreations[changeImpact!] ?? 'Never' },
  }));

const recreations: Partial<Record<ResourceImpact, 'Always' | 'Conditionally'>> = {
  [ResourceImpact.WILL_REPLACE]: 'Always',
  [ResourceImpact.MAY_REPLACE]: 'Conditionally',
};
