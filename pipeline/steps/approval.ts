import type { IStage } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Stack } from 'aws-cdk-lib';
import { Step, type ICodePipelineActionFactory, type ProduceActionOptions } from 'aws-cdk-lib/pipelines';
import { evidenceKey } from '../../declarations/evidence';
import type { Changes } from './changes';
import { commitId } from './source';
import { executionId, type StageTarget } from './stage-target';

/**
 * A person decides, and sees what about: commit, what would change, and what the stage before found. CDK's ManualApprovalStep resolves no
 * outputs of other steps, so this is a step of its own. CodePipeline ends a configuration value at 1000 characters, so the whole is behind a link.
 */
export class Approval extends Step implements ICodePipelineActionFactory {
  private readonly information: string;
  private readonly link: string;

  constructor({ scope, system, environment: { name }, evidence }: StageTarget, changes: Changes) {
    super('approval');
    this.information = `Deliver commit ${commitId} to ${name}? ${changes.summary}`;
    const { region } = Stack.of(scope);
    const key = evidenceKey(system.name, name, executionId, 'changes.md');
    const console = `https://${region}.console.aws.amazon.com/s3/object/${evidence.bucketName}`;
    this.link = `${console}?region=${region}&prefix=${key}`;
    this.discoverReferencedOutputs({ changes: changes.summary });
  }

  produceAction(stage: IStage, { actionName, runOrder }: ProduceActionOptions) {
    const { information: additionalInformation, link: externalEntityLink } = this;
    stage.addAction(new ManualApprovalAction({ actionName, runOrder, additionalInformation, externalEntityLink }));
    return { runOrdersConsumed: 1 };
  }
}
