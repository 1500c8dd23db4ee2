import { BuildSpec, mergeBuildSpecs, PipelineProject, type BuildEnvironmentVariable } from 'aws-cdk-lib/aws-codebuild';
import type { IStage } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Step, type ICodePipelineActionFactory, type ProduceActionOptions } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/**
 * Runs beside the deploy of the services. Their first deployment has no circuit breaker: one that never becomes healthy
 * would hold CloudFormation for hours, so this ends it with the reason.
 *
 * CDK Pipelines knows steps before and after a deploy only. This is a step after it whose action takes the run order
 * of the services' Deploy actions.
 */
export class Watch extends Step implements ICodePipelineActionFactory {
  constructor(
    private readonly target: StageTarget,
    /** Names of the services' stacks. */
    private readonly stackNames: string[],
  ) {
    super('watch');
    this.addDependencyFileSet(target.assembly.primaryOutput!);
  }

  produceAction(stage: IStage, options: ProduceActionOptions) {
    const { target } = this;
    const names = new Names(target.system, target.environment);
    // What differs from one execution to the next belongs to the action, the rest to the project.
    const [ofAction, ofProject] = split(stageVariables(target, names.deliveryRole('watch')));
    const project = new PipelineProject(options.scope, 'watch', {
      ...options.codeBuildDefaults,
      description: `Pipeline step ${stage.stageName}/${options.actionName}`,
      environment: { ...options.codeBuildDefaults!.buildEnvironment, environmentVariables: ofProject },
      buildSpec: mergeBuildSpecs(
        options.codeBuildDefaults!.partialBuildSpec!,
        BuildSpec.fromObject({ version: '0.2', phases: { build: { commands: ['node programs/promotion.js watch'] } } }),
      ),
      role: deliveryStepRole(target, 'watch'),
    });
    stage.addAction(
      new CodeBuildAction({
        actionName: options.actionName,
        runOrder: this.runOrderOfDeploys(stage),
        input: options.artifacts.toCodePipeline(target.assembly.primaryOutput!),
        project,
        environmentVariables: ofAction,
      }),
    );
    return { runOrdersConsumed: 0, project };
  }

  /** One action can stand beside all the services only where they are deployed side by side. */
  private runOrderOfDeploys(stage: IStage): number {
    const deploys = this.stackNames.map((name) => `${name}.Deploy`);
    const found = stage.actions.filter((action) => deploys.includes(action.actionProperties.actionName));
    const runOrders = [...new Set(found.map((action) => action.actionProperties.runOrder!))];
    if (runOrders.length === 1) return runOrders[0]!;
    throw new Error(
      `Stage '${stage.stageName}' deploys its services at run orders ${runOrders.join(', ') || '(none)'}: ` +
        `the watch step needs one. Let no service's stack depend on another's (${this.stackNames.join(', ')}).`,
    );
  }
}

type Variables = Record<string, BuildEnvironmentVariable>;

/** Variables with values that CodePipeline puts in, and the others. */
function split(variables: Record<string, string>): [Variables, Variables] {
  const all = Object.entries(variables).map(([name, value]): [string, BuildEnvironmentVariable] => [name, { value }]);
  const ofAction = all.filter(([, { value }]) => value.startsWith('#{'));
  return [Object.fromEntries(ofAction), Object.fromEntries(all.filter((variable) => !ofAction.includes(variable)))];
}
