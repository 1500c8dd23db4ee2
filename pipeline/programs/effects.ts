import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';

/** What a change set really does to a resource, as far as it can be known before it is executed. */
export interface Effect {
  change: ResourceChange;
  /** Properties that change, each once. */
  properties: string[];
  deleted: boolean;
  /** Replaced, or possibly replaced. */
  replaced: boolean;
  modified: boolean;
}

/**
 * CloudFormation also lists a resource whose references point at something that changes in place, as 'Dynamic' and
 * perhaps 'Conditional'; then the reference stays the same and nothing happens to it. Those are told apart here.
 * Source: CloudFormation, ResourceChangeDetail.
 */
export function effectsOf(changes: ResourceChange[]): Effect[] {
  const byId = new Map(changes.map((change) => [change.LogicalResourceId, change]));

  /** References to the resource get another value. */
  function isRenewed(id: string): boolean {
    const change = byId.get(id);
    return change !== undefined && (change.Action === 'Add' || isReplaced(change));
  }
  function isReal({ Target, Evaluation, CausingEntity }: ResourceChangeDetail): boolean {
    // Metadata and policies of a resource do not touch it.
    if (Target?.Attribute !== 'Properties' && Target?.Attribute !== 'Tags') return false;
    return Evaluation !== 'Dynamic' || CausingEntity === undefined || isRenewed(CausingEntity.split('.')[0]!);
  }
  function isReplaced(change: ResourceChange): boolean {
    if (change.Replacement !== 'Conditional') return change.Replacement === 'True';
    const { Details = [] } = change;
    return Details.length === 0 || Details.some((d) => isReal(d) && d.Target?.RequiresRecreation !== 'Never');
  }

  return changes.map((change) => {
    const { Action, Details = [] } = change;
    const real = Details.filter(isReal);
    const names = real.map(({ Target }) => Target?.Name ?? 'Tags');
    return {
      change,
      properties: [...new Set(names)],
      deleted: Action === 'Remove' && change.PolicyAction !== 'Retain',
      replaced: Action === 'Modify' && isReplaced(change),
      modified: Action === 'Modify' && (real.length > 0 || Details.length === 0),
    };
  });
}
