import { BuildSpec, mergeBuildSpecs, PipelineProject, type BuildEnvironmentVariable } from 'aws-cdk-lib/aws-codebuild';
import type { IStage } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Step, type ICodePipelineActionFactory, type ProduceActionOptions } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { stageVariables, type StageTarget } from './stage-target';

export interface WatchProps {
  target: StageTarget;
  /** The role for all watch steps of the environment. */
  role: Role;
  /** Name of the service to watch. */
  service: string;
  /** Name of the service's stack. */
  stackName: string;
}

/**
 * Runs beside the deploy of a service. Its first deployment has no circuit breaker: one that never becomes healthy would
 * hold CloudFormation for hours, so this ends it with the reason.
 *
 * CDK Pipelines knows steps before and after a deploy only. This is a step after it whose action takes the run order
 * of the Deploy action.
 */
export class Watch extends Step implements ICodePipelineActionFactory {
  constructor(private readonly props: WatchProps) {
    super(`watch-${props.service}`);
    this.addDependencyFileSet(props.target.assembly.primaryOutput!);
  }

  produceAction(stage: IStage, options: ProduceActionOptions) {
    const { target, role, service, stackName } = this.props;
    const names = new Names(target.system, target.environment);
    // What differs from one execution to the next belongs to the action, the rest to the project.
    const [ofAction, ofProject] = split(stageVariables(target, names.deliveryRole('watch')));
    const project = new PipelineProject(options.scope, options.actionName, {
      ...options.codeBuildDefaults,
      description: `Pipeline step ${stage.stageName}/${options.actionName}`,
      environment: { ...options.codeBuildDefaults!.buildEnvironment, environmentVariables: ofProject },
      buildSpec: mergeBuildSpecs(
        options.codeBuildDefaults!.partialBuildSpec!,
        BuildSpec.fromObject({
          version: '0.2',
          phases: { build: { commands: [`node programs/promotion.js watch --service ${service}`] } },
        }),
      ),
      role,
    });
    stage.addAction(
      new CodeBuildAction({
        actionName: options.actionName,
        runOrder: runOrderOfDeploy(stage, stackName),
        input: options.artifacts.toCodePipeline(target.assembly.primaryOutput!),
        project,
        environmentVariables: ofAction,
      }),
    );
    return { runOrdersConsumed: 0, project };
  }
}

function runOrderOfDeploy(stage: IStage, stackName: string): number {
  const deploy = stage.actions.find(({ actionProperties }) => actionProperties.actionName === `${stackName}.Deploy`);
  if (deploy) return deploy.actionProperties.runOrder!;
  throw new Error(`Stage '${stage.stageName}' does not deploy the stack '${stackName}': there is nothing to watch`);
}

type Variables = Record<string, BuildEnvironmentVariable>;

/** Variables with values that CodePipeline puts in, and the others. */
function split(variables: Record<string, string>): [Variables, Variables] {
  const all = Object.entries(variables).map(([name, value]): [string, BuildEnvironmentVariable] => [name, { value }]);
  const ofAction = all.filter(([, { value }]) => value.startsWith('#{'));
  return [Object.fromEntries(ofAction), Object.fromEntries(all.filter((variable) => !ofAction.includes(variable)))];
}
