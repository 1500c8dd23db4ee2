import type { ActionExecutionDetail, PipelineExecutionStatus } from '@aws-sdk/client-codepipeline';
import { checksVariable } from '../../declarations/names';

/** How far an action of an execution is. */
export interface ActionProgress {
  name: string;
  status: 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed';
  isApproval: boolean;
  started: Date;
  updated: Date;
  /** What it says of itself: why it failed, what was answered. */
  told?: string;
  /** How many live checks passed, where it ran some. */
  checks?: string;
  /** A page that tells more. */
  url?: string;
}
export interface StageProgress {
  name: string;
  /** In the order of their start. */
  actions: ActionProgress[];
}

/** How far an execution is. */
export interface Progress {
  id: string;
  status: PipelineExecutionStatus;
  /** CodePipeline's words for a status that needs some. */
  reason?: string;
  /** The commit that it took; undefined until its source action has ended. */
  commit?: string;
  /** Those that have begun, in the order of their start. */
  stages: StageProgress[];
  /** Ids of executions that were started earlier and have not ended, the oldest first. */
  ahead: string[];
}

/** Stages of an execution, from its actions in any order. Of an action that was retried, the last attempt. */
export function stagesOf(details: ActionExecutionDetail[]): StageProgress[] {
  const stages = new Map<string, Map<string, ActionProgress>>();
  const time = ({ startTime }: ActionExecutionDetail) => startTime!.getTime();
  for (const detail of [...details].sort((a, b) => time(a) - time(b))) {
    const actions = stages.get(detail.stageName!) ?? new Map<string, ActionProgress>();
    stages.set(detail.stageName!, actions.set(detail.actionName!, actionOf(detail)));
  }
  return [...stages].map(([name, actions]) => ({ name, actions: [...actions.values()] }));
}

function actionOf({ actionName, status, startTime, lastUpdateTime, input, output }: ActionExecutionDetail) {
  const { errorDetails, externalExecutionSummary, externalExecutionUrl } = output?.executionResult ?? {};
  return {
    name: actionName!,
    status: status as ActionProgress['status'],
    isApproval: input?.actionTypeId?.category === 'Approval',
    started: startTime!,
    updated: lastUpdateTime!,
    told: errorDetails?.message ?? externalExecutionSummary,
    checks: output?.outputVariables?.[checksVariable],
    url: externalExecutionUrl,
  };
}

/** The approval that waits, with its stage. */
export function waitingApproval({ stages }: Progress): { stage: string; action: ActionProgress } | undefined {
  for (const { name, actions } of stages) {
    const action = actions.find(({ isApproval, status }) => isApproval && status === 'InProgress');
    if (action) return { stage: name, action };
  }
  return undefined;
}

/** States of a deployment to an environment, in GitHub's words. */
export type DeploymentState = 'in_progress' | 'pending' | 'success' | 'failure' | 'error';

/** How the delivery to a stage stands; undefined where it has not begun. */
export function deploymentStateOf({ stages, status }: Progress, stage: string): DeploymentState | undefined {
  const index = stages.findIndex(({ name }) => name === stage);
  const actions = stages[index]?.actions;
  if (!actions) return undefined;
  if (actions.some((action) => action.status === 'Failed')) return 'failure';
  // It is done when what comes after it has begun: between two actions none is under way.
  if (status === 'Succeeded' || index < stages.length - 1) return 'success';
  if (status === 'Failed') return 'failure';
  if (status !== 'InProgress') return 'error';
  return actions.some((action) => action.isApproval && action.status === 'InProgress') ? 'pending' : 'in_progress';
}
