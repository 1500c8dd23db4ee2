import { guardedTypes } from './guarded-types';
import type { Template, TemplateResource } from './template';

/** A resource with data whose data would be kept less well. */
export interface Weakening {
  logicalId: string;
  type: string;
  /** Of DeletionPolicy and UpdateReplacePolicy, those that are weaker. */
  policies: string[];
}

/**
 * Resources with data, in both templates, whose policies keep less of it than now. Read from the templates: whether a change
 * set lists a change of policies has varied (aws-cloudformation/cloudformation-coverage-roadmap#1543).
 */
export function weakenings(deployed: Template, next: Template): Weakening[] {
  return Object.entries(deployed.Resources).flatMap(([logicalId, before]) => {
    const after = next.Resources[logicalId];
    if (!after || guardedTypes[before.Type] !== 'data') return [];
    const policies = (['DeletionPolicy', 'UpdateReplacePolicy'] as const).filter(
      (policy) => kept(after, policy) < kept(before, policy),
    );
    return policies.length ? [{ logicalId, type: before.Type, policies }] : [];
  });
}

/** How much of the data stays. RetainExceptOnCreate keeps all of it once the resource is there. */
function kept(resource: TemplateResource, policy: 'DeletionPolicy' | 'UpdateReplacePolicy'): number {
  const value = resource[policy] ?? 'Delete';
  if (value.startsWith('Retain')) return 2;
  return value === 'Snapshot' ? 1 : 0;
}
