// Runs executions of a pipeline: stage by stage, run order by run order, in QUEUED order.
import { randomUUID } from 'node:crypto';
import type { Environment } from '../cloud/state';
import { executorOf } from './actions';
import { ActionFailure } from './actions/executor';
import type { Action, Pipeline, Stage } from './definition';
import type { RetryMode } from './retry';
import { ended, historyOf, newExecution, type ActionRun, type Execution, type PipelineEvent } from './state';
import { resolveVariables } from './variables';

/** Starts an execution and returns at once; it waits its turn where others are under way. */
export function startExecution(
  env: Environment,
  pipeline: Pipeline,
  trigger: Execution['trigger'],
  revisions: Record<string, string> = {},
): Execution {
  const history = historyOf(env, pipeline.name);
  const execution = newExecution(pipeline, history.version, trigger, revisions);
  history.executions.push(execution);
  begin(env, execution, pipeline.stages);
  env.cloud.onStop(() => {
    execution.stopping.abort();
    return execution.finished;
  });
  return execution;
}

/** Goes on in a stage that has failed or was stopped, as the same execution. `unlessRetryable` says whether it may. */
export function retryStage(env: Environment, execution: Execution, stageName: string, mode: RetryMode): void {
  for (const run of execution.runs) {
    if (run.action.stage === stageName && (mode === 'ALL_ACTIONS' || run.status !== 'Succeeded')) run.retried = true;
  }
  execution.status = 'InProgress';
  execution.statusSummary = undefined;
  execution.left.delete(stageName);
  execution.stopping = new AbortController();
  execution.cancelling = new AbortController();
  const { stages } = execution.pipeline;
  begin(env, execution, stages.slice(stages.findIndex((s) => s.name === stageName)));
}

function begin(env: Environment, execution: Execution, stages: Stage[]): void {
  historyOf(env, execution.pipeline.name).begun++;
  emit(env, { kind: 'execution', execution });
  execution.finished = run(env, execution, stages);
}

/** A changed definition ends what runs: each execution is Cancelled once its actions under way have ended, then the branch's head starts. */
export function definitionChanged(env: Environment, pipeline: Pipeline): void {
  const history = historyOf(env, pipeline.name);
  history.version += 1;
  const running = history.executions.filter((e) => !ended(e));
  for (const execution of running) {
    execution.statusSummary = "The pipeline's definition was updated before the pipeline execution could be completed.";
    execution.cancelling.abort();
  }
  if (!pipeline.restartOnUpdate) return;
  const restart = () => {
    if (env.cloud.signal.aborted) return;
    startExecution(env, pipeline, { type: 'StartPipelineExecution', detail: 'the pipeline was updated' });
  };
  void Promise.all(running.map((e) => e.finished)).then(restart);
}

async function run(env: Environment, execution: Execution, stages: Stage[]): Promise<void> {
  await Promise.resolve(); // whoever started it has its id before anything happens
  let failed = false;
  for (const stage of stages) {
    execution.stage = stage.name;
    await turn(env, execution, stage.name);
    if (!goesOn(execution)) break;
    execution.entered = true;
    emit(env, { kind: 'stage', execution, stage: stage.name });
    failed = !(await runStage(env, execution, stage));
    execution.entered = false;
    execution.left.add(stage.name);
    if (failed) break;
  }
  execution.status = outcome(execution, failed);
  execution.updated = new Date();
  emit(env, { kind: 'execution', execution });
}

const goesOn = (e: Execution) =>
  e.status === 'InProgress' && !e.cancelling.signal.aborted && !e.stopping.signal.aborted;

function outcome(execution: Execution, failed: boolean): Execution['status'] {
  if (failed && execution.status === 'InProgress') return 'Failed';
  if (execution.cancelling.signal.aborted) return 'Cancelled';
  return goesOn(execution) ? 'Succeeded' : 'Stopped';
}

/** In QUEUED mode a stage holds one execution, and they enter in the order of their start. A retry may find a later one ahead. */
async function turn(env: Environment, execution: Execution, stage: string): Promise<void> {
  const { executions } = historyOf(env, execution.pipeline.name);
  const before = executions.slice(0, executions.indexOf(execution));
  const inTheWay = () =>
    before.some((e) => !ended(e) && !e.left.has(stage)) ||
    executions.some((e) => e !== execution && e.entered && e.stage === stage);
  while (inTheWay() && goesOn(execution)) await new Promise((done) => setTimeout(done, 50));
}

async function runStage(env: Environment, execution: Execution, { actions }: Stage): Promise<boolean> {
  const orders = [...new Set(actions.map((a) => a.runOrder))].sort((a, b) => a - b);
  for (const order of orders) {
    if (!goesOn(execution)) return true;
    const together = actions.filter((a) => a.runOrder === order && !hasSucceeded(execution, a));
    const runs = await Promise.all(together.map((action) => runAction(env, execution, action)));
    if (runs.some((r) => r.status === 'Failed')) return false;
  }
  return true;
}

/** Where failed actions are retried, the others are not run again. */
const hasSucceeded = ({ runs }: Execution, { stage, name }: Action): boolean =>
  runs.some(
    ({ action, status, retried }) =>
      action.stage === stage && action.name === name && status === 'Succeeded' && !retried,
  );

/**
 * Performs an action of an execution again: the same project, variables and artifacts. On no record: the execution, and what the pipeline tells
 * of it, stay as they are.
 */
export function performAgain(env: Environment, execution: Execution, action: Action): Promise<ActionRun> {
  const apart: Execution = {
    ...execution,
    runs: [],
    artifacts: new Map(execution.artifacts),
    namespaces: new Map(execution.namespaces),
    stopping: new AbortController(),
    cancelling: new AbortController(),
  };
  return runAction(env, apart, action);
}

async function runAction(env: Environment, execution: Execution, action: Action): Promise<ActionRun> {
  const now = new Date();
  const run: ActionRun = {
    id: randomUUID(),
    action,
    status: 'InProgress',
    started: now,
    updated: now,
    configuration: action.configuration,
    variables: {},
    inputs: [],
    outputs: [],
  };
  const changed = () => {
    run.updated = new Date();
    emit(env, { kind: 'action', execution, run });
  };
  execution.runs.push(run);
  changed();
  const { signal } = execution.stopping;
  try {
    run.configuration = resolveVariables(action.configuration, execution.namespaces);
    run.inputs = action.inputs.flatMap((name) => {
      const found = execution.artifacts.get(name);
      return found ? [{ name, location: found.location }] : [];
    });
    const {
      summary,
      variables = {},
      artifacts = {},
    } = await executorOf(action)({ env, execution, run, signal, changed });
    run.summary = summary ?? run.summary;
    run.variables = variables;
    run.outputs = Object.entries(artifacts).map(([name, { location }]) => ({ name, location }));
    for (const [name, artifact] of Object.entries(artifacts)) execution.artifacts.set(name, artifact);
    if (action.namespace) execution.namespaces.set(action.namespace, variables);
    run.status = 'Succeeded';
  } catch (e) {
    const error = e as Error;
    run.status = signal.aborted || execution.cancelling.signal.aborted ? 'Abandoned' : 'Failed';
    run.error = { code: error instanceof ActionFailure ? error.code : 'JobFailed', message: error.message };
    run.summary = error.message;
  }
  changed();
  return run;
}

function emit(env: Environment, event: PipelineEvent): void {
  for (const listener of historyOf(env, event.execution.pipeline.name).listeners) listener(event);
}
