import type { Effect } from './effects';
import { guardedTypes, type Loss } from './guarded-types';
import { forwardOf, listenerRule, type Forward } from './listener-rules';
import type { Template } from './template';

/** Why a change set must not be executed, and what to do instead. */
export interface Objection {
  /** Logical id, type and physical id. */
  resource: string;
  properties: string[];
  reason: string;
  remedy: string;
}

/** What the decision needs to know. */
export interface Prepared {
  effects: Effect[];
  /** The template that would be deployed. */
  template: Template;
  /** Where listener rules forward to now, by the rule's ARN; a rule that is gone is missing. */
  liveForwards: Map<string, Forward>;
  /** Physical ids of the stack's resources, by logical id. */
  physicalIds: Map<string, string>;
}

const removal =
  'If it is meant: set its removal policy to RETAIN in one commit, remove it in the next, and delete it by hand when nothing uses it.';
const remedies: Record<Loss, string> = {
  data: `Take the change back. To have it anew, add a second one under another name and move the data over. ${removal}`,
  traffic: `Take the change back. To have it anew, add a second one under another name and move traffic over. ${removal}`,
};

/** All that speaks against executing the change set; nothing where it may be executed. */
export function objectionsTo(prepared: Prepared): Objection[] {
  return prepared.effects.flatMap((effect) => {
    const found = loss(effect) ?? codeDeployService(effect, prepared) ?? resetRule(effect, prepared);
    return found ? [{ resource: describe(effect), properties: effect.properties, ...found }] : [];
  });
}

type Finding = Pick<Objection, 'reason' | 'remedy'> | undefined;

function loss({ change, deleted, replaced }: Effect): Finding {
  const kind = guardedTypes[change.ResourceType!];
  if (!kind || !(deleted || replaced)) return undefined;
  const what = deleted ? 'deleted' : change.Replacement === 'True' ? 'replaced' : 'replaced, perhaps';
  return {
    reason: `It would be ${what}, and ${kind === 'data' ? 'its data' : 'requests on their way'} would be lost.`,
    remedy: remedies[kind],
  };
}

function codeDeployService({ change, modified }: Effect, { template }: Prepared): Finding {
  if (!modified || change.ResourceType !== 'AWS::ECS::Service') return undefined;
  const { DeploymentController } = template.Resources[change.LogicalResourceId!]?.Properties ?? {};
  if ((DeploymentController as { Type?: string } | undefined)?.Type !== 'CODE_DEPLOY') return undefined;
  return {
    reason: 'CodeDeploy releases this service, and ECS refuses changes of such a service by CloudFormation.',
    remedy:
      'Take the change back. What a release changes belongs into the task definition; anything else needs a second service that takes over.',
  };
}

function resetRule({ change, modified }: Effect, { template, liveForwards, physicalIds }: Prepared): Finding {
  if (!modified || change.ResourceType !== listenerRule) return undefined;
  const declared = forwardOf(template.Resources[change.LogicalResourceId!]?.Properties?.Actions, physicalIds);
  const live = liveForwards.get(change.PhysicalResourceId!);
  if (live?.join() === declared.join()) return undefined;
  return {
    reason: `It forwards to ${live?.join(', ') || 'nothing'}, and the template says ${declared.join(', ') || 'nothing'}: requests would go back to an old version.`,
    remedy:
      'Leave the rule as it is in this commit. A release swaps the target groups: when live and template agree again, deliver the change.',
  };
}

function describe({ change }: Effect): string {
  const { LogicalResourceId, ResourceType, PhysicalResourceId } = change;
  return `${LogicalResourceId} (${[ResourceType, PhysicalResourceId].filter(Boolean).join(', ')})`;
}
