import type { Environment } from '../../cloud/state';
import { actAs, demand, sessionOf } from '../../cloud/access/services';
import type { Principal } from '../../cloud/iam/policy';
import { credentialsFor } from '../../cloud/services/sts';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ActionRun, ArtifactRecord, Execution } from '../state';

export interface ActionContext {
  env: Environment;
  execution: Execution;
  run: ActionRun;
  /** Aborts when the execution is stopped and abandons its actions. */
  signal: AbortSignal;
  /** Tells whoever follows that the run has changed. */
  changed(): void;
}
export interface ActionResult {
  summary?: string;
  variables?: Record<string, string>;
  artifacts?: Record<string, ArtifactRecord>;
}
/** Performs one action. Throws an ActionFailure, or any error, where it fails. */
export type Executor = (context: ActionContext) => Promise<ActionResult>;

export class ActionFailure extends Error {
  constructor(
    /** As in CodePipeline's error details: JobFailed, ConfigurationError. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The input artifact of that name. Throws where no earlier action made it. */
export function inputArtifact(execution: Execution, name: string): ArtifactRecord {
  const found = execution.artifacts.get(name);
  if (!found) throw new ActionFailure('ConfigurationError', `Input artifact ${name} was made by no earlier action`);
  return found;
}

const codePipeline = 'codepipeline.amazonaws.com';
const pipelineArn = (env: Environment, { pipeline }: Execution) => env.arn('codepipeline', pipeline.name);
const sessionName = ({ id }: Execution, { action }: ActionRun) =>
  `${id.slice(0, 8)}-${action.name.replace(/[^\w+=,.@-]/g, '-').slice(0, 40)}`;

/** Who performs an action that is no call of the API: its own role, assumed by the pipeline's; the latter where it has none. */
export function actorOf({ env, execution, run }: ActionContext): Principal {
  const session = sessionName(execution, run);
  const { roleArn: pipelineRole } = execution.pipeline;
  const pipeline = actAs(env.cloud, codePipeline, pipelineRole, session, pipelineArn(env, execution));
  const { roleArn } = run.action;
  if (!roleArn) return pipeline;
  demand(env, pipeline, [{ action: 'sts:AssumeRole', resource: roleArn }]);
  return sessionOf(roleArn, session);
}

/** Settings for an SDK client in the action's own role, assumed by the pipeline's role; in the latter where it has none. */
export async function clientInRole({ env, execution, run }: ActionContext) {
  const session = sessionName(execution, run);
  const common = { endpoint: env.cloud.endpoint, region: env.region };
  const own = credentialsFor(env.cloud, codePipeline, execution.pipeline.roleArn, session, pipelineArn(env, execution));
  const { roleArn } = run.action;
  if (!roleArn) return { ...common, credentials: own };
  const sts = new STSClient({ ...common, credentials: own });
  const { Credentials: c } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: session }));
  sts.destroy();
  return {
    ...common,
    credentials: { accessKeyId: c!.AccessKeyId!, secretAccessKey: c!.SecretAccessKey!, sessionToken: c!.SessionToken },
  };
}
