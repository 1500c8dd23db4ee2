import type { IStage } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Step, type ICodePipelineActionFactory, type ProduceActionOptions } from 'aws-cdk-lib/pipelines';
import type { Environment } from '../../declarations/environment';
import { commitId } from './source';

/**
 * A person decides, and sees what about: commit and image digests. CDK's ManualApprovalStep resolves no outputs of
 * other steps, so this is a step of its own. CodePipeline ends a configuration value at 1000 characters.
 */
export class Approval extends Step implements ICodePipelineActionFactory {
  private readonly information: string;

  constructor({ name }: Pick<Environment, 'name'>, digests: string) {
    super('approval');
    this.information = `Deliver commit ${commitId} to ${name}? Images: ${digests}`;
    this.discoverReferencedOutputs({ digests });
  }

  produceAction(stage: IStage, { actionName, runOrder }: ProduceActionOptions) {
    stage.addAction(new ManualApprovalAction({ actionName, runOrder, additionalInformation: this.information }));
    return { runOrdersConsumed: 1 };
  }
}
