import { Arn, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Configuration } from '../stages/configuration';

/** Where GitHub Actions gets its tokens, and for whom. Source: GitHub, "Configuring OpenID Connect in Amazon Web Services". */
const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

export interface GitHubAccessProps {
  configuration: Configuration;
  /** Name of the pipeline that may be started. */
  pipelineName: string;
}

/** Lets workflows on the delivered branch, and nobody else on GitHub, start the pipeline. No long-lived key is involved. */
export class GitHubAccess extends Construct {
  constructor(scope: Construct, id: string, { configuration, pipelineName }: GitHubAccessProps) {
    super(scope, id);
    const provider = configuration.githubProviderArn ?? this.provider();
    const pipeline = Arn.format({ service: 'codepipeline', resource: pipelineName }, Stack.of(this));
    new iam.Role(this, 'Role', {
      roleName: `${pipelineName}-github`,
      description: 'What a GitHub workflow on the delivered branch may do: start the pipeline',
      assumedBy: new iam.WebIdentityPrincipal(provider, {
        StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: trustedSubjects(configuration) },
      }),
      inlinePolicies: {
        Start: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({ actions: ['codepipeline:StartPipelineExecution'], resources: [pipeline] }),
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
