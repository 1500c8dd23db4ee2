import { effectsOf } from '../programs/effects';
import { judge, type Judgement, type ResolvedException } from '../programs/exceptions';
import { actionsOf, forwardOf } from '../programs/listener-rules';
import { objectionsTo } from '../programs/objections';
import type { Difference } from '../programs/security-changes';
import { stackChange } from '../programs/stack-changes';
import type { Template } from '../programs/template';
import { templateChanges } from './template-changes';
import { valueChanges } from './value-changes';

/** A resource that would differ. */
export interface ChangedResource {
  id: string;
  type: string;
  effect: 'added' | 'removed' | 'changed' | 'replaced' | 'perhaps replaced';
  /** `property: before → after`; of one that is added or removed nothing. */
  values: string[];
}

/** What a pull request would do to one stack. */
export interface StackReview {
  name: string;
  isNew: boolean;
  resources: ChangedResource[];
  permissions: Difference;
  rules: Difference;
  /** What the change guard would say of the prepared change set. */
  guard: Judgement;
}

export interface ReviewInput {
  name: string;
  /** Undefined where the base has no such stack. */
  before?: Template;
  after: Template;
  environment: { name: string; retainData: boolean };
  exceptions: ResolvedException[];
  /** Commit of the base: the environment is taken to run it. */
  base: string;
}

/** Compares a stack of the base with that of the head. Nothing that runs is looked at. */
export function reviewStack({ name, before, after, environment, exceptions, base }: ReviewInput): StackReview {
  const { isNew, permissions, rules } = stackChange(name, before, after);
  const deployed = before ?? { Resources: {} };
  const changes = templateChanges(deployed, after);
  const effects = effectsOf(changes);
  const objections = isNew
    ? []
    : objectionsTo({
        effects,
        template: after,
        deployed,
        // Listener rules are taken to forward as the base says; what a release has swapped is known to the guard only.
        liveForwards: new Map(Object.entries(deployed.Resources).map(([id, r]) => [id, forwardOf(actionsOf(r))])),
        physicalIds: new Map(),
        retainData: environment.retainData,
      });
  const resources = effects.map(({ change, replaced }): ChangedResource => {
    const { Action, Replacement } = change;
    const [id, type] = [change.LogicalResourceId!, change.ResourceType!];
    const of = ({ Resources }: Template) => Resources[id]?.Properties;
    if (Action === 'Add') return { id, type, effect: 'added', values: [] };
    if (Action === 'Remove') return { id, type, effect: 'removed', values: [] };
    const effect = replaced ? (Replacement === 'True' ? 'replaced' : 'perhaps replaced') : 'changed';
    return { id, type, effect, values: valueChanges(of(deployed), of(after)) };
  });
  const guard = judge(objections, exceptions, { environment: environment.name, running: base });
  return { name, isNew, resources, permissions, rules, guard };
}
