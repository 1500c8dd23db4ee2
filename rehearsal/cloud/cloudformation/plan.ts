import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { evaluate, LATER } from './intrinsics';
import { changes, type PropertyChange } from './property-changes';
import { attribute, mustReplace } from './provider';
import { activeResources, checkRules, scopeOf } from './scope';
import { specOf } from './spec';
import type { Desired, Stack } from './stack';
import { withStackTags } from './stack-tags';

/** The exact words by which the CDK CLI and CodePipeline know a change set without changes. */
export const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

interface Decision {
  action: 'Add' | 'Modify' | 'Replace' | 'Keep';
  changed: PropertyChange[];
}

/** What an update would do, resource by resource. What a new or replaced resource returns is not known yet. */
export function plan(stack: Stack, desired: Desired): Change[] {
  const decided = new Map<string, Decision>();
  const kept = (id: string) => {
    const { action } = decide(id);
    return action === 'Add' || action === 'Replace' ? undefined : stack.resources.get(id)?.resource;
  };
  const scope = scopeOf(stack, desired, {
    ref: (id) => kept(id)?.id ?? LATER,
    attribute(id, name) {
      const resource = kept(id);
      return resource ? attribute(resource, name) : LATER;
    },
  });
  checkRules(scope);
  const active = activeResources(desired, scope);

  function decide(id: string): Decision {
    const known = decided.get(id);
    if (known) return known;
    const now = stack.resources.get(id);
    const { Type: type, Properties = {} } = active[id]!;
    const properties = withStackTags(type, evaluate(Properties, scope), desired.tags);
    const changed = now?.resource ? changes(type, now.resource.properties, properties) : [];
    const replaces = now && (now.type !== type || mustReplace(stack.env.cloud, type, changed));
    const action = !now?.resource ? 'Add' : replaces ? 'Replace' : changed.length ? 'Modify' : 'Keep';
    decided.set(id, { action, changed });
    return decided.get(id)!;
  }

  const asked = Object.keys(active)
    .filter((id) => decide(id).action !== 'Keep')
    .map((id) => describe(stack, id, active[id]!.Type, decide(id)));
  const removed = [...stack.resources.values()].filter(({ logicalId }) => !active[logicalId]);
  const removals = removed.map(({ logicalId, type, resource, deletionPolicy }): ResourceChange => ({
    Action: 'Remove',
    LogicalResourceId: logicalId,
    PhysicalResourceId: resource?.id,
    ResourceType: type,
    Scope: [],
    Details: [],
    PolicyAction: deletionPolicy.startsWith('Retain') ? 'Retain' : 'Delete',
  }));
  return [...asked, ...removals].map((ResourceChange) => ({ Type: 'Resource', ResourceChange }));
}

function describe(stack: Stack, id: string, type: string, { action, changed }: Decision): ResourceChange {
  const now = stack.resources.get(id);
  const common = { LogicalResourceId: id, PhysicalResourceId: now?.resource?.id, ResourceType: type };
  if (action === 'Add') return { ...common, Action: 'Add', Scope: [], Details: [] };
  return {
    ...common,
    Action: 'Modify',
    PolicyAction: action === 'Replace' ? replacePolicy(now?.replacePolicy) : undefined,
    Scope: [...new Set(changed.map((change) => partOf(type, change.name)))],
    Replacement: replacement(action, changed),
    Details: changed.map((change) => ({
      Target: {
        Attribute: partOf(type, change.name),
        Name: change.name,
        RequiresRecreation: change.recreation,
        Path: `/Properties/${change.name}`,
        BeforeValue: text(change.before),
        AfterValue: text(change.after),
      },
      Evaluation: isLater(change) ? 'Dynamic' : 'Static',
      ChangeSource: 'DirectModification',
    })),
  };
}

const replacePolicy = (policy?: string) =>
  policy === 'Retain' ? ('ReplaceAndRetain' as const) : ('ReplaceAndDelete' as const);

/** Conditional where it hangs on a value that is not known yet, or on what the specification leaves open. */
function replacement(action: Decision['action'], changed: PropertyChange[]): ResourceChange['Replacement'] {
  if (action !== 'Replace') return changed.some((c) => c.recreation === 'Conditionally') ? 'Conditional' : 'False';
  const replacing = changed.filter((change) => change.recreation === 'Always');
  return replacing.length > 0 && replacing.every(isLater) ? 'Conditional' : 'True';
}

const isLater = ({ after }: PropertyChange) => JSON.stringify(after ?? '').includes(LATER);
const partOf = (type: string, property: string) =>
  specOf(type)?.tagInformation?.tagPropertyName === property ? ('Tags' as const) : ('Properties' as const);

function text(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

/** Outputs and stack tags can change without any resource. */
export function isNothing(stack: Stack, desired: Desired, changes: Change[]): boolean {
  const rest = (state?: Desired) => JSON.stringify([state?.template.Outputs ?? {}, state?.tags ?? []]);
  return changes.length === 0 && rest(stack.current) === rest(desired);
}
