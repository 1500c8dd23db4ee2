import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';

/** What a change set really does to a resource, as far as it can be known before it is executed. */
export interface Effect {
  change: ResourceChange;
  /** Properties that change, each once. */
  properties: string[];
  /** It leaves the stack, whatever becomes of it then. */
  removed: boolean;
  /** Replaced, or possibly replaced. */
  replaced: boolean;
  modified: boolean;
}

/**
 * CloudFormation also lists a resource whose references point at something that changes in place, as 'Dynamic' and
 * perhaps 'Conditional'; then the reference stays the same and nothing happens to it. Those are told apart here.
 * Where CloudFormation cannot tell what it will do (the action 'Dynamic'), the worst is expected. What it imports or only
 * records anew ('Import', 'SyncWithActual') is not touched.
 * Source: CloudFormation API reference, ResourceChange and ResourceChangeDetail.
 */
export function effectsOf(changes: ResourceChange[]): Effect[] {
  const byId = new Map(changes.map((change) => [change.LogicalResourceId, change]));

  /** Whether the resource or its attribute gets another value. What the change set does not list keeps its own. */
  function isRenewed(cause: string): boolean {
    const [id, ...attribute] = cause.split('.');
    const change = byId.get(id);
    if (change === undefined) return false;
    if (change.Action === 'Add' || isReplaced(change)) return true;
    return attribute.length > 0 && !staysInPlace.test(cause) && (change.Details ?? []).some(isProperty);
  }
  function isReal(detail: ResourceChangeDetail): boolean {
    if (!isProperty(detail) && detail.Target?.Attribute !== 'Tags') return false;
    const { Evaluation, ChangeSource, CausingEntity } = detail;
    const follows = ChangeSource === 'ResourceReference' || ChangeSource === 'ResourceAttribute';
    return Evaluation !== 'Dynamic' || !follows || CausingEntity === undefined || isRenewed(CausingEntity);
  }
  function isReplaced({ Action, Replacement, Details = [] }: ResourceChange): boolean {
    if (Action === 'Dynamic') return true;
    if (Replacement !== 'Conditional') return Replacement === 'True';
    return Details.length === 0 || Details.some((d) => isReal(d) && d.Target?.RequiresRecreation !== 'Never');
  }

  return changes.map((change) => {
    const { Action, Details = [] } = change;
    const real = Details.filter(isReal);
    const names = real.map(({ Target }) => Target?.Name ?? 'Tags');
    return {
      change,
      properties: [...new Set(names)],
      removed: Action === 'Remove',
      replaced: (Action === 'Modify' || Action === 'Dynamic') && isReplaced(change),
      modified: (Action === 'Modify' && (real.length > 0 || Details.length === 0)) || Action === 'Dynamic',
    };
  });
}

/** Metadata and policies of a resource do not touch it. */
const isProperty = ({ Target }: ResourceChangeDetail) => Target?.Attribute === 'Properties';

/** Attributes that tell which resource it is: they outlast a change in place. Others, such as a version, may not. */
const staysInPlace = /(Arn|Id|ID|Name)$/;
