import { Arn, aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { bootstrapRole, type BootstrappedPlace } from '../declarations/bootstrap';
import type { Configuration } from '../stages/configuration';
import { roleArn } from './role-arn';

/** Where GitHub Actions gets its tokens, and for whom. Source: GitHub, "Configuring OpenID Connect in Amazon Web Services". */
const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

export interface GitHubAccessProps {
  configuration: Configuration;
  /** Name of the pipeline that may be started. */
  pipelineName: string;
  /** Where drift is looked for. */
  environments: BootstrappedPlace[];
}

/** Lets workflows on the delivered branch, and nobody else on GitHub, start the pipeline and follow it. No long-lived key is involved. */
export class GitHubAccess extends Construct {
  constructor(scope: Construct, id: string, { configuration, pipelineName, environments }: GitHubAccessProps) {
    super(scope, id);
    const provider = configuration.githubProviderArn ?? this.provider();
    const branch = new iam.WebIdentityPrincipal(provider, {
      StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: trustedSubjects(configuration) },
    });
    const pipeline = Arn.format({ service: 'codepipeline', resource: pipelineName }, Stack.of(this));
    const allow = (...actions: string[]) =>
      new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions, resources: [pipeline] })] });
    const reads = () =>
      allow(
        'codepipeline:GetPipelineExecution',
        'codepipeline:ListActionExecutions',
        'codepipeline:ListPipelineExecutions',
      );
    new iam.Role(this, 'Role', {
      roleName: `${pipelineName}-github`,
      description: 'What a GitHub workflow on the delivered branch may do: start the pipeline, and see how far it is',
      // A delivery without approvals; the workflow follows it for 150 minutes at most.
      maxSessionDuration: Duration.hours(3),
      assumedBy: branch,
      inlinePolicies: {
        Start: allow('codepipeline:StartPipelineExecution'),
        Follow: reads(),
      },
    });
    new iam.Role(this, 'FollowRole', {
      roleName: `${pipelineName}-github-follow`,
      description: 'What the hourly workflow may do: see how far the pipeline is',
      assumedBy: branch,
      inlinePolicies: { Follow: reads() },
    });
    new iam.Role(this, 'DriftRole', {
      roleName: `${pipelineName}-github-drift`,
      description:
        "What the nightly workflow may do: read each environment, in the role that CDK's bootstrap made for that",
      assumedBy: branch,
      inlinePolicies: {
        Read: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['sts:AssumeRole'],
              resources: environments.map((place) => roleArn(this, place.account, bootstrapRole('lookup-role', place))),
            }),
          ],
        }),
      },
    });
  }

  /** IAM refuses a second provider of the same address. */
  private provider(): string {
    return new iam.CfnOIDCProvider(this, 'Provider', { url: `https://${issuer}`, clientIdList: [audience] }).attrArn;
  }
}

/**
 * Subjects of tokens for the branch: by names, and, where configuration.json knows them, by the numeric ids that newer
 * repositories have in their tokens.
 */
export function trustedSubjects({ repository, repositoryIds, branch }: Configuration): string[] {
  const [owner, name] = repository.split('/') as [string, string];
  const ref = `ref:refs/heads/${branch}`;
  const named = `repo:${owner}/${name}:${ref}`;
  return repositoryIds ? [named, `repo:${owner}@${repositoryIds.owner}/${name}@${repositoryIds.name}:${ref}`] : [named];
}
