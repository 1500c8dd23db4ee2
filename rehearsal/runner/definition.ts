// A pipeline as deployed: the properties of an AWS::CodePipeline::Pipeline, every reference already resolved by CloudFormation.
import type { Environment, Resource, Values } from '../cloud/state';

export interface Action {
  stage: string;
  name: string;
  category: string;
  owner: string;
  provider: string;
  version: string;
  /** Actions of one run order go side by side; the next order waits for them. */
  runOrder: number;
  /** Where the action's variables can be read: #{namespace.name}. */
  namespace?: string;
  roleArn?: string;
  configuration: Record<string, string>;
  inputs: string[];
  outputs: string[];
}
export interface Stage {
  name: string;
  actions: Action[];
}
export interface Pipeline {
  name: string;
  roleArn: string;
  type: string;
  executionMode: string;
  artifactBucket: string;
  /** Start again at the branch's head when the definition changes. */
  restartOnUpdate: boolean;
  stages: Stage[];
}

/** The deployed pipeline of that name. Undefined where there is none. */
export function pipelineNamed(env: Environment, name: string): Pipeline | undefined {
  const found = env.get('AWS::CodePipeline::Pipeline', name);
  return found && pipelineOf(found, env.region);
}

/** Reads a pipeline resource. Throws where it lacks an artifact store. */
export function pipelineOf({ id, model }: Pick<Resource, 'id' | 'model'>, region: string): Pipeline {
  const store =
    model.ArtifactStore ?? (model.ArtifactStores ?? []).find((s: Values) => s.Region === region)?.ArtifactStore;
  if (!store) throw new Error(`Pipeline '${id}' has no artifact store in ${region}`);
  return {
    name: id,
    roleArn: model.RoleArn,
    type: model.PipelineType ?? 'V1',
    executionMode: model.ExecutionMode ?? 'SUPERSEDED',
    artifactBucket: store.Location,
    restartOnUpdate: String(model.RestartExecutionOnUpdate) === 'true',
    stages: (model.Stages ?? []).map((stage: Values) => ({
      name: stage.Name,
      actions: stage.Actions.map((action: Values) => actionOf(action, stage.Name)),
    })),
  };
}

function actionOf(a: Values, stage: string): Action {
  const names = (artifacts: Values[] = []) => artifacts.map((artifact) => artifact.Name);
  const configuration = Object.entries(a.Configuration ?? {}).map(([key, value]) => [key, String(value)]);
  return {
    stage,
    name: a.Name,
    category: a.ActionTypeId.Category,
    owner: a.ActionTypeId.Owner,
    provider: a.ActionTypeId.Provider,
    version: a.ActionTypeId.Version,
    runOrder: Number(a.RunOrder ?? 1),
    namespace: a.Namespace,
    roleArn: a.RoleArn,
    configuration: Object.fromEntries(configuration),
    inputs: names(a.InputArtifacts),
    outputs: names(a.OutputArtifacts),
  };
}
