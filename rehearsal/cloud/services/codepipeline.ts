// CodePipeline's API over the executions that rehearsal/runner performs.
import * as sdk from '@aws-sdk/client-codepipeline';
import { answerApproval } from '../../runner/actions/approval';
import { pipelineNamed, pipelineOf, type Pipeline } from '../../runner/definition';
import { definitionChanged, retryStage, startExecution } from '../../runner/execution';
import { unlessRetryable, type Refusal } from '../../runner/retry';
import { ended, historyOf, type ActionRun, type Execution } from '../../runner/state';
import type { ServiceModule } from '../module';
import type { Cloud, Environment } from '../state';
import { service, type Context } from '../wire/service';

const $metadata = {};

function located(cloud: Cloud, context: Context, name = ''): { env: Environment; pipeline: Pipeline } {
  const env = cloud.environment(context.account, context.region);
  const pipeline = pipelineNamed(env, name);
  if (pipeline) return { env, pipeline };
  const message = `Account '${context.account}' does not have a pipeline with name '${name}'`;
  throw new sdk.PipelineNotFoundException({ message, $metadata });
}

function executionOf(env: Environment, pipeline: string, id = ''): Execution {
  const found = historyOf(env, pipeline).executions.find((e) => e.id === id);
  if (found) return found;
  const message = `The pipeline execution '${id}' does not exist in pipeline '${pipeline}'`;
  throw new sdk.PipelineExecutionNotFoundException({ message, $metadata });
}

function refused({ kind, message }: Refusal): Error {
  if (kind === 'StageNotFound') return new sdk.StageNotFoundException({ message, $metadata });
  if (kind === 'NotLatest') return new sdk.NotLatestPipelineExecutionException({ message, $metadata });
  if (kind === 'Busy') return new sdk.ConflictException({ message, $metadata });
  return new sdk.StageNotRetryableException({ message, $metadata });
}

const declaration = (pipeline: Pipeline, version: number): sdk.PipelineDeclaration => ({
  name: pipeline.name,
  roleArn: pipeline.roleArn,
  version,
  pipelineType: pipeline.type as sdk.PipelineType,
  executionMode: pipeline.executionMode as sdk.ExecutionMode,
  artifactStore: { type: 'S3', location: pipeline.artifactBucket },
  stages: pipeline.stages.map((stage) => ({
    name: stage.name,
    actions: stage.actions.map((a) => ({
      name: a.name,
      actionTypeId: {
        category: a.category as sdk.ActionCategory,
        owner: a.owner as sdk.ActionOwner,
        provider: a.provider,
        version: a.version,
      },
      runOrder: a.runOrder,
      configuration: a.configuration,
      inputArtifacts: a.inputs.map((name) => ({ name })),
      outputArtifacts: a.outputs.map((name) => ({ name })),
      roleArn: a.roleArn,
      namespace: a.namespace,
    })),
  })),
});

const revisions = (e: Execution) =>
  e.sources.map((s) => ({ name: s.action, revisionId: s.revisionId, revisionSummary: s.summary, revisionUrl: s.url }));

const summary = (e: Execution): sdk.PipelineExecutionSummary => ({
  pipelineExecutionId: e.id,
  status: e.status,
  statusSummary: e.statusSummary,
  startTime: e.started,
  lastUpdateTime: e.updated,
  sourceRevisions: e.sources.map((s) => ({
    actionName: s.action,
    revisionId: s.revisionId,
    revisionSummary: s.summary,
    revisionUrl: s.url,
  })),
  trigger: { triggerType: e.trigger.type as sdk.TriggerType, triggerDetail: e.trigger.detail },
  executionMode: e.pipeline.executionMode as sdk.ExecutionMode,
});

const locations = (artifacts: ActionRun['inputs']) =>
  artifacts.map(({ name, location }) => ({ name, s3location: location }));

const detail = (e: Execution, r: ActionRun): sdk.ActionExecutionDetail => ({
  pipelineExecutionId: e.id,
  actionExecutionId: r.id,
  pipelineVersion: e.version,
  stageName: r.action.stage,
  actionName: r.action.name,
  startTime: r.started,
  lastUpdateTime: r.updated,
  updatedBy: r.updatedBy,
  status: r.status,
  input: {
    actionTypeId: {
      category: r.action.category as sdk.ActionCategory,
      owner: r.action.owner as sdk.ActionOwner,
      provider: r.action.provider,
      version: r.action.version,
    },
    configuration: r.action.configuration,
    resolvedConfiguration: r.configuration,
    roleArn: r.action.roleArn,
    namespace: r.action.namespace,
    inputArtifacts: locations(r.inputs),
  },
  output: {
    outputArtifacts: locations(r.outputs),
    executionResult: {
      externalExecutionId: r.externalId,
      externalExecutionSummary: r.summary,
      errorDetails: r.error,
    },
    outputVariables: r.variables,
  },
});

/** The newest run of an action in any execution. */
const latestRun = (executions: Execution[], stage: string, action: string): ActionRun | undefined =>
  executions.flatMap((e) => e.runs).findLast((r) => r.action.stage === stage && r.action.name === action);

function stateOf(env: Environment, pipeline: Pipeline): sdk.GetPipelineStateOutput {
  const { version, executions } = historyOf(env, pipeline.name);
  return {
    pipelineName: pipeline.name,
    pipelineVersion: version,
    stageStates: pipeline.stages.map((stage) => {
      const newest = executions.findLast((e) => e.runs.some((r) => r.action.stage === stage.name));
      const status = newest?.stage === stage.name ? newest.status : 'Succeeded';
      return {
        stageName: stage.name,
        inboundTransitionState: { enabled: true },
        ...(newest && {
          latestExecution: { pipelineExecutionId: newest.id, status },
        }),
        actionStates: stage.actions.map(({ name }) => {
          const run = latestRun(executions, stage.name, name);
          const latestExecution = run && {
            actionExecutionId: run.id,
            status: run.status,
            summary: run.summary,
            lastUpdatedBy: run.updatedBy,
            lastStatusChange: run.updated,
            token: run.token,
            externalExecutionId: run.externalId,
            errorDetails: run.error,
          };
          return { actionName: name, latestExecution };
        }),
      };
    }),
  };
}

export const codepipeline: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      GetPipeline: ({ name }, context) => {
        const { env, pipeline } = located(cloud, context, name);
        return {
          pipeline: declaration(pipeline, historyOf(env, pipeline.name).version),
          metadata: { pipelineArn: env.arn('codepipeline', pipeline.name) },
        };
      },
      GetPipelineState: ({ name }, context) => {
        const { env, pipeline } = located(cloud, context, name);
        return stateOf(env, pipeline);
      },
      StartPipelineExecution: ({ name, sourceRevisions = [] }, context) => {
        const { env, pipeline } = located(cloud, context, name);
        const asked = sourceRevisions.map((r) => [r.actionName!, r.revisionValue!]);
        const sources = pipeline.stages[0]!.actions.map((a) => a.name);
        const unknown = asked.find(([action]) => !sources.includes(action!));
        if (unknown) {
          throw new sdk.ActionNotFoundException({
            message: `Source action '${unknown[0]}' does not exist in the pipeline`,
            $metadata,
          });
        }
        const trigger = { type: 'StartPipelineExecution', detail: context.principalArn };
        return { pipelineExecutionId: startExecution(env, pipeline, trigger, Object.fromEntries(asked)).id };
      },
      ListPipelineExecutions: ({ pipelineName, maxResults = 100, nextToken = '0' }, context) => {
        const { env, pipeline } = located(cloud, context, pipelineName);
        const all = [...historyOf(env, pipeline.name).executions].reverse();
        const end = Number(nextToken) + maxResults;
        return {
          pipelineExecutionSummaries: all.slice(Number(nextToken), end).map(summary),
          nextToken: end < all.length ? String(end) : undefined,
        };
      },
      GetPipelineExecution: ({ pipelineName, pipelineExecutionId }, context) => {
        const { env, pipeline } = located(cloud, context, pipelineName);
        const e = executionOf(env, pipeline.name, pipelineExecutionId);
        return {
          pipelineExecution: {
            pipelineName: pipeline.name,
            pipelineVersion: e.version,
            pipelineExecutionId: e.id,
            status: e.status,
            statusSummary: e.statusSummary,
            artifactRevisions: revisions(e),
            trigger: summary(e).trigger,
            executionMode: summary(e).executionMode,
          },
        };
      },
      ListActionExecutions: ({ pipelineName, filter, maxResults = 100, nextToken = '0' }, context) => {
        const { env, pipeline } = located(cloud, context, pipelineName);
        const id = filter?.pipelineExecutionId;
        const chosen = id ? [executionOf(env, pipeline.name, id)] : historyOf(env, pipeline.name).executions;
        const all = chosen.flatMap((e) => e.runs.map((r) => detail(e, r))).reverse();
        const end = Number(nextToken) + maxResults;
        return {
          actionExecutionDetails: all.slice(Number(nextToken), end),
          nextToken: end < all.length ? String(end) : undefined,
        };
      },
      PutApprovalResult: ({ pipelineName, stageName, actionName, result, token }, context) => {
        const { env, pipeline } = located(cloud, context, pipelineName);
        const run = latestRun(historyOf(env, pipeline.name).executions, stageName!, actionName!);
        if (!run)
          throw new sdk.ActionNotFoundException({
            message: `No action '${actionName}' in stage '${stageName}'`,
            $metadata,
          });
        if (!run.token) {
          throw new sdk.ApprovalAlreadyCompletedException({
            message: 'The approval action has already been approved or rejected.',
            $metadata,
          });
        }
        const decision = { status: result!.status!, summary: result!.summary ?? '', by: context.principalArn };
        if (run.token !== token || !answerApproval(env, token!, decision)) {
          throw new sdk.InvalidApprovalTokenException({
            message: 'The token is not that of the approval that waits.',
            $metadata,
          });
        }
        return { approvedAt: cloud.clock.now() };
      },
      StopPipelineExecution: ({ pipelineName, pipelineExecutionId, abandon, reason }, context) => {
        const { env, pipeline } = located(cloud, context, pipelineName);
        const e = executionOf(env, pipeline.name, pipelineExecutionId);
        if (ended(e)) {
          const message = `The pipeline execution '${e.id}' has already ended: ${e.status}`;
          throw new sdk.PipelineExecutionNotStoppableException({ message, $metadata });
        }
        if (e.status === 'Stopping' && (!abandon || e.stopping.signal.aborted)) {
          const message = `The pipeline execution '${e.id}' is already in a Stopping state`;
          throw new sdk.DuplicatedStopRequestException({ message, $metadata });
        }
        e.status = 'Stopping';
        e.statusSummary = reason;
        if (abandon) e.stopping.abort();
        return { pipelineExecutionId: e.id };
      },
      RetryStageExecution: ({ pipelineName, pipelineExecutionId, stageName, retryMode }, context) => {
        const { env, pipeline } = located(cloud, context, pipelineName);
        const e = executionOf(env, pipeline.name, pipelineExecutionId);
        const refusal = unlessRetryable(historyOf(env, pipeline.name), pipeline, e, stageName!);
        if (refusal) throw refused(refusal);
        retryStage(env, e, stageName!, retryMode!);
        return { pipelineExecutionId: e.id };
      },
    }),
  resources: {
    'AWS::CodePipeline::Pipeline': {
      name: 'Name',
      updated: (resource, before, env) => {
        const [now, then] = [resource, before].map((r) => JSON.stringify(pipelineOf(r, env.region)));
        if (now !== then) definitionChanged(env, pipelineOf(resource, env.region));
      },
      deleted: ({ id }, env) => {
        for (const e of historyOf(env, id).executions) e.stopping.abort();
      },
    },
  },
};
