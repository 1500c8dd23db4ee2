import { BuildSpec, mergeBuildSpecs, PipelineProject, type BuildEnvironmentVariable } from 'aws-cdk-lib/aws-codebuild';
import type { IStage } from 'aws-cdk-lib/aws-codepipeline';
import { CodeBuildAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Step, type ICodePipelineActionFactory, type ProduceActionOptions } from 'aws-cdk-lib/pipelines';
import { Names } from '../../declarations/names';
import { deliveryStepRole, stageVariables, type StageTarget } from './stage-target';

/**
 * Runs beside the deploy of the services. A service's first deployment has no circuit breaker: one that never becomes healthy
 * would hold CloudFormation for hours, so this ends it with the reason.
 *
 * CDK Pipelines knows steps before and after a deploy only. This is a step after it whose action takes the run order
 * of the Deploy actions, which is the same for all services: their stacks do not depend on each other.
 */
export class Watch extends Step implements ICodePipelineActionFactory {
  private readonly role: Role;

  constructor(private readonly target: StageTarget) {
    super('watch');
    this.role = deliveryStepRole(target, 'watch');
    this.addDependencyFileSet(target.assembly.primaryOutput!);
  }

  produceAction(stage: IStage, options: ProduceActionOptions) {
    const { target, role } = this;
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
          phases: { build: { commands: ['node programs/promotion.js watch'] } },
        }),
      ),
      role,
    });
    stage.addAction(
      new CodeBuildAction({
        actionName: options.actionName,
        runOrder: runOrderOfDeploys(
          stage,
          target.system.services.map(({ name }) => names.stack(name)),
        ),
        input: options.artifacts.toCodePipeline(target.assembly.primaryOutput!),
        project,
        environmentVariables: ofAction,
      }),
    );
    return { runOrdersConsumed: 0, project };
  }
}

/** The run order of the stacks' Deploy actions. Throws where one is not deployed, or they are not deployed at once. */
function runOrderOfDeploys(stage: IStage, stackNames: string[]): number {
  const orders = stackNames.map((stackName) => {
    const deploy = stage.actions.find(({ actionProperties }) => actionProperties.actionName === `${stackName}.Deploy`);
    if (deploy) return deploy.actionProperties.runOrder!;
    throw new Error(`Stage '${stage.stageName}' does not deploy the stack '${stackName}': there is nothing to watch`);
  });
  if (new Set(orders).size === 1) return orders[0]!;
  const told = stackNames.map((stackName, i) => `${stackName} at ${orders[i]}`).join(', ');
  throw new Error(
    `Stage '${stage.stageName}' deploys its services one after the other (${told}), and one action watches them all. ` +
      'Let no service stack depend on another, and each on the same shared stacks.',
  );
}

type Variables = Record<string, BuildEnvironmentVariable>;

/** Variables with values that CodePipeline puts in, and the others. */
function split(variables: Record<string, string>): [Variables, Variables] {
  const all = Object.entries(variables).map(([name, value]): [string, BuildEnvironmentVariable] => [name, { value }]);
  const ofAction = all.filter(([, { value }]) => value.startsWith('#{'));
  return [Object.fromEntries(ofAction), Object.fromEntries(all.filter((variable) => !ofAction.includes(variable)))];
}
