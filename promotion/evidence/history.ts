import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  paginateListActionExecutions,
} from '@aws-sdk/client-codepipeline';
import type { Evidence, StepEvidence } from '../../declarations/evidence';

/** What CodePipeline recorded of an execution's actions, oldest first. */
export async function actionsOf(
  client: CodePipelineClient,
  pipelineName: string,
  pipelineExecutionId: string,
): Promise<ActionExecutionDetail[]> {
  const actions: ActionExecutionDetail[] = [];
  const request = { pipelineName, filter: { pipelineExecutionId } };
  for await (const page of paginateListActionExecutions({ client }, request)) {
    actions.push(...(page.actionExecutionDetails ?? []));
  }
  return actions.sort((a, b) => a.startTime!.getTime() - b.startTime!.getTime());
}

/** The actions of a stage. One that was retried is there for each try. */
export const stepsOf = (actions: ActionExecutionDetail[], stage: string): StepEvidence[] =>
  actions
    .filter(({ stageName }) => isOf(stage, stageName))
    .map(({ actionName, status, startTime, lastUpdateTime }) => ({
      name: actionName!,
      status: status as StepEvidence['status'],
      started: startTime!.toISOString(),
      ended: status === 'InProgress' ? null : lastUpdateTime!.toISOString(),
    }));

/** Who approved the stage, when, and in which words; null where nobody was asked, or nobody has. */
export function approvalOf(actions: ActionExecutionDetail[], stage: string): Evidence['approval'] {
  const approved = actions.findLast(
    ({ stageName, input, status }) =>
      isOf(stage, stageName) && input?.actionTypeId?.category === 'Approval' && status === 'Succeeded',
  );
  if (!approved) return null;
  return {
    by: approved.updatedBy ?? null,
    at: approved.lastUpdateTime!.toISOString(),
    comment: approved.output?.executionResult?.externalExecutionSummary ?? '',
  };
}

/** CDK Pipelines splits a stage with more than 50 actions into prod.1, prod.2. */
const isOf = (stage: string, name = ''): boolean => name.replace(/\.\d+$/, '') === stage;
