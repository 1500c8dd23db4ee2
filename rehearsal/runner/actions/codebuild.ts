import { buildsOf, startBuild } from '../../cloud/services/codebuild';
import { demand } from '../../cloud/access/services';
import { store } from '../artifacts';
import type { Source } from '../build';
import type { ArtifactRecord } from '../state';
import { ActionFailure, actorOf, inputArtifact, type Executor } from './executor';

/** Builds a project with the action's artifacts and variables. */
export const codeBuild: Executor = async (context) => {
  const { env, execution, run, signal, changed } = context;
  const { action, configuration: c } = run;
  if (c.BatchEnabled === 'true') throw new ActionFailure('ConfigurationError', 'A rehearsal cannot run batch builds');
  const primary = c.PrimarySource || action.inputs[0];
  if (action.inputs.length > 1 && !c.PrimarySource) {
    throw new ActionFailure('ConfigurationError', 'An action with several input artifacts needs PrimarySource');
  }
  const names = [...action.inputs].sort((a, b) => Number(b === primary) - Number(a === primary));
  const sources: Source[] = names.map((name) => ({ name, ...inputArtifact(execution, name) }));
  const actor = actorOf(context);
  const project = env.arn('codebuild', `project/${c.ProjectName}`);
  const may = (operation: string) => demand(env, actor, [{ action: `codebuild:${operation}`, resource: project }]);
  may('StartBuild');
  may('BatchGetBuilds');
  const build = startBuild(env, {
    projectName: c.ProjectName ?? '',
    variables: JSON.parse(c.EnvironmentVariables ?? '[]'),
    sources,
    initiator: `codepipeline/${execution.pipeline.name}`,
    sourceVersion: execution.sources[0]?.revisionId,
  });
  run.externalId = build.id;
  run.logFile = build.logFile;
  changed();
  const stop = () => {
    may('StopBuild');
    build.stopping.abort();
  };
  signal.addEventListener('abort', stop);
  await build.finished;
  signal.removeEventListener('abort', stop);
  if (build.status !== 'SUCCEEDED') {
    throw new ActionFailure('JobFailed', `Build terminated with state: ${build.status}. ${build.message ?? ''}`.trim());
  }
  const { artifacts, variables } = buildsOf(env).get(build.id)!.result!;
  const outputs = action.outputs.map((name): [string, ArtifactRecord] => {
    const zip = artifacts[name] ?? (action.outputs.length === 1 ? artifacts[''] : undefined);
    if (!zip)
      throw new ActionFailure('JobFailed', `The build made no artifact ${name}: its buildspec's artifacts lack it`);
    return [
      name,
      { location: store(env, build.actor!, execution.pipeline.artifactBucket, [execution.pipeline.name, name], zip) },
    ];
  });
  return { variables, artifacts: Object.fromEntries(outputs) };
};
