import type { PolicyAction } from '@aws-sdk/client-cloudformation';
import type { ChangeException } from '../../declarations/change-exception';
import type { Effect } from './effects';
import { guardedTypes, type Loss } from './guarded-types';
import { actionsOf, forwardOf, forwards, type Forward } from './listener-rules';
import { weakenings } from './retention';
import type { Template } from './template';

/** Why a change set must not be executed, and what to do instead. */
export interface Objection {
  logicalId: string;
  type: string;
  /** Absent where the change set does not tell it. */
  physicalId?: string;
  /** What would be done. */
  effect: ChangeException['allow'];
  properties: string[];
  reason: string;
  remedy: string;
}

/** What the decision needs to know. */
export interface Prepared {
  effects: Effect[];
  /** The template that would be deployed. */
  template: Template;
  /** The one that is deployed. */
  deployed: Template;
  /** Where listener rules and listeners forward to now, by ARN; what is gone is missing. */
  liveForwards: Map<string, Forward>;
  /** Physical ids of the stack's resources, by logical id. */
  physicalIds: Map<string, string>;
  /** The environment's data outlives its stacks. */
  retainData: boolean;
}

const remedies: Record<Loss, string> = {
  data: 'Take the change back. To have it anew, add a second one under another name and move the data over.',
  traffic: 'Take the change back. To have it anew, add a second one under another name and move traffic over.',
};
const twoSteps =
  'To keep it outside the stack, set its removal policy to RETAIN in one commit and remove it in the next.';

/** All that speaks against executing the change set; nothing where it may be executed. */
export function objectionsTo(prepared: Prepared): Objection[] {
  const { effects, template, deployed, retainData, physicalIds } = prepared;
  const ofEffects = effects.flatMap((effect): Objection[] => {
    const found =
      removal(effect, retainData) ??
      replacement(effect) ??
      codeDeployService(effect, prepared) ??
      resetForward(effect, prepared) ??
      hiddenChanges(effect);
    if (!found) return [];
    const { LogicalResourceId, ResourceType, PhysicalResourceId } = effect.change;
    const { properties } = effect;
    return [
      { logicalId: LogicalResourceId!, type: ResourceType!, physicalId: PhysicalResourceId, properties, ...found },
    ];
  });
  const weakened = (retainData ? weakenings(deployed, template) : []).map(({ logicalId, type, policies }) => ({
    ...{ logicalId, type, physicalId: physicalIds.get(logicalId), effect: 'modify' as const, properties: policies },
    reason:
      'What is retained now would be so no more: a later change of the stack, or its deletion, could lose the data.',
    remedy: 'Leave the removal policy as it is in an environment that retains data.',
  }));
  return [...ofEffects, ...weakened];
}

type Finding = Pick<Objection, 'effect' | 'reason' | 'remedy'> | undefined;

function removal({ change, removed }: Effect, retainData: boolean): Finding {
  const kind = guardedTypes[change.ResourceType!];
  if (!kind || !removed) return undefined;
  const effect = 'delete' as const;
  if (change.PolicyAction === 'Retain') {
    if (kind !== 'data' || !retainData) return undefined;
    return {
      effect,
      reason:
        'It would leave the stack and stay behind with its data: nobody would look after it, and its name would be taken.',
      remedy: 'Take the change back: this environment retains data, and its stacks keep what holds it.',
    };
  }
  return { effect, reason: lost('deleted', kind, change.PolicyAction), remedy: `${remedies[kind]} ${twoSteps}` };
}

function replacement({ change, replaced }: Effect): Finding {
  const kind = guardedTypes[change.ResourceType!];
  if (!kind || !replaced) return undefined;
  const what = change.Replacement === 'True' ? 'replaced' : 'replaced, perhaps';
  return { effect: 'replace', reason: lost(what, kind, change.PolicyAction), remedy: remedies[kind] };
}

/** Whatever becomes of the old one, the new one is empty and unknown to those who use the old one. */
function lost(what: string, kind: Loss, policy?: PolicyAction): string {
  if (kind === 'traffic') return `It would be ${what}, and requests on their way would be lost.`;
  if (policy === 'ReplaceAndRetain')
    return `It would be ${what}, by an empty one; the old one would stay, used by nobody.`;
  const isSnapshot = policy === 'Snapshot' || policy === 'ReplaceAndSnapshot';
  return `It would be ${what}, and its data would be lost${isSnapshot ? ' but for a snapshot' : ''}.`;
}

function codeDeployService({ change, modified }: Effect, { template, deployed }: Prepared): Finding {
  if (!modified || change.ResourceType !== 'AWS::ECS::Service') return undefined;
  const isReleased = [deployed, template].some((t) => {
    const { DeploymentController } = t.Resources[change.LogicalResourceId!]?.Properties ?? {};
    return (DeploymentController as { Type?: string } | undefined)?.Type === 'CODE_DEPLOY';
  });
  if (!isReleased) return undefined;
  return {
    effect: 'modify',
    reason: 'CodeDeploy releases this service, and ECS refuses changes of such a service by CloudFormation.',
    remedy:
      'Take the change back. What a release changes belongs into the task definition; anything else, such as its port, needs a second service that takes over.',
  };
}

function resetForward({ change, modified }: Effect, prepared: Prepared): Finding {
  const { template, liveForwards, physicalIds } = prepared;
  if (!modified || !forwards(change.ResourceType!)) return undefined;
  const declared = forwardOf(actionsOf(template.Resources[change.LogicalResourceId!]), physicalIds);
  const live = liveForwards.get(change.PhysicalResourceId!);
  if (live?.join() === declared.join()) return undefined;
  return {
    effect: 'modify',
    reason: `It forwards to ${live?.join(', ') || 'nothing'}, and the template says ${declared.join(', ') || 'nothing'}: requests would go back to an old version.`,
    remedy:
      'Leave it as it is in this commit. A release swaps the target groups: when live and template agree again, deliver the change.',
  };
}

/** Changes within a nested stack are known only where the change set includes them. */
function hiddenChanges({ change, modified }: Effect): Finding {
  if (!modified || change.ResourceType !== 'AWS::CloudFormation::Stack' || change.ChangeSetId) return undefined;
  return {
    effect: 'modify',
    reason: 'It is a nested stack, and the change set does not tell what would change within it.',
    remedy: 'Make it a stack of its own in the stage, so that its change set is prepared and read.',
  };
}
