import type * as codeBuildSdk from '@aws-sdk/client-codebuild';
import type * as codePipelineSdk from '@aws-sdk/client-codepipeline';
import type { Environment } from '../../state';
import { each, type Need, type Rules } from './rules';

const last = (nameOrArn = '') => nameOrArn.split('/').pop()!;
const project = (env: Environment, name = '*') => env.arn('codebuild', `project/${last(name)}`);
/** The project of a build's id, project:uuid. */
const projectOf = (env: Environment) => (id: string) => project(env, last(id).split(':')[0]);

/** The use of a connection to a repository: the action's prefix is that of its ARN. */
export const useConnection = (connectionArn: string): Need => ({
  action: `${connectionArn.split(':')[2]}:UseConnection`,
  resource: connectionArn,
});

export const codeBuild: Rules<typeof codeBuildSdk> = {
  StartBuild: ({ projectName }, env) => project(env, projectName),
  BatchGetBuilds: ({ ids }, env) => each(ids, projectOf(env)),
  StopBuild: ({ id }, env) => projectOf(env)(id!),
  BatchGetProjects: ({ names }, env) => each(names, (name) => project(env, name)),
};

const pipeline =
  (...path: (string | undefined)[]) =>
  (env: Environment) =>
    env.arn('codepipeline', path.join('/'));
const named = ({ pipelineName }: { pipelineName?: string }, env: Environment) => pipeline(pipelineName)(env);

export const codePipeline: Rules<typeof codePipelineSdk> = {
  GetPipeline: ({ name }, env) => pipeline(name)(env),
  GetPipelineState: ({ name }, env) => pipeline(name)(env),
  StartPipelineExecution: ({ name }, env) => pipeline(name)(env),
  ListPipelineExecutions: named,
  GetPipelineExecution: named,
  ListActionExecutions: named,
  PutApprovalResult: (input, env) => pipeline(input.pipelineName, input.stageName, input.actionName)(env),
  StopPipelineExecution: named,
  RetryStageExecution: (input, env) => pipeline(input.pipelineName, input.stageName)(env),
};
