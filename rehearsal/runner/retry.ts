import type { Pipeline } from './definition';
import { ended, type Execution, type History } from './state';

export type RetryMode = 'FAILED_ACTIONS' | 'ALL_ACTIONS';
export interface Refusal {
  kind: 'StageNotFound' | 'NotLatest' | 'NotRetryable' | 'Busy';
  message: string;
}

/**
 * Why a stage of the execution may not be retried; undefined where it may.
 * Source: CodePipeline User Guide, "Configuring stage retry for a failed stage or failed actions"; API reference, RetryStageExecution.
 */
export function unlessRetryable(
  { executions, version }: History,
  pipeline: Pipeline,
  execution: Execution,
  stage: string,
): Refusal | undefined {
  const refuse = (kind: Refusal['kind'], message: string): Refusal => ({ kind, message });
  if (!pipeline.stages.some((s) => s.name === stage)) {
    return refuse('StageNotFound', `The stage '${stage}' does not exist in pipeline '${pipeline.name}'`);
  }
  const later = executions.slice(executions.indexOf(execution) + 1);
  if (later.some((e) => e.runs.some((r) => r.action.stage === stage))) {
    return refuse('NotLatest', `The pipeline execution '${execution.id}' is not the latest one of stage '${stage}'`);
  }
  if (version !== execution.version) {
    return refuse(
      'NotRetryable',
      `The structure of pipeline '${pipeline.name}' has changed: stage '${stage}' cannot be retried`,
    );
  }
  if (!ended(execution)) {
    const message = `The pipeline execution '${execution.id}' is still in progress`;
    return refuse(execution.stage === stage ? 'Busy' : 'NotRetryable', message);
  }
  if (execution.stage !== stage || !['Failed', 'Stopped'].includes(execution.status)) {
    return refuse('NotRetryable', `The stage '${stage}' contains no failed actions`);
  }
  return undefined;
}
