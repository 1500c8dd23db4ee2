import type { ActionBindOptions, ActionConfig, Artifact, IStage } from 'aws-cdk-lib/aws-codepipeline';
import { CodeStarConnectionsSourceAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CodePipelineSource, FileSet } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { Configuration } from '../../stages/configuration';

/** Namespace of the source action's variables. */
const namespace = 'Source';

/** The commit that an execution delivers; CodePipeline puts it in. */
export const commitId = `#{${namespace}.CommitId}`;

/**
 * The repository, through a CodeConnections connection. A push does not trigger it: GitHub Actions starts the pipeline
 * once its checks have passed. CDK's own `CodePipelineSource.connection` names its variables after the repository;
 * here the name is the same in every installation.
 */
export class Source extends CodePipelineSource {
  constructor(private readonly configuration: Pick<Configuration, 'repository' | 'branch' | 'connectionArn'>) {
    super('Source');
    this.configurePrimaryOutput(new FileSet('Output', this));
  }

  /** Whoever clones the repository needs this: the action, and the builds whose input it is. */
  get useConnection(): PolicyStatement {
    return new PolicyStatement({
      // CDK allows codestar-connections:UseConnection, the service's former name; newer connections ask for this one.
      actions: ['codeconnections:UseConnection'],
      resources: [this.configuration.connectionArn],
    });
  }

  protected getAction(output: Artifact, actionName: string, runOrder: number): CodeStarConnectionsSourceAction {
    const { repository, branch, connectionArn } = this.configuration;
    const [owner, repo] = repository.split('/') as [string, string];
    return new SourceAction(this.useConnection, {
      actionName,
      runOrder,
      output,
      owner,
      repo,
      branch,
      connectionArn,
      triggerOnPush: false,
      // A whole clone: the commit check asks for the history.
      codeBuildCloneOutput: true,
      variablesNamespace: namespace,
    });
  }
}

class SourceAction extends CodeStarConnectionsSourceAction {
  constructor(
    private readonly permission: PolicyStatement,
    ...props: ConstructorParameters<typeof CodeStarConnectionsSourceAction>
  ) {
    super(...props);
  }

  protected override bound(scope: Construct, stage: IStage, options: ActionBindOptions): ActionConfig {
    options.role.addToPrincipalPolicy(this.permission);
    return super.bound(scope, stage, options);
  }
}
