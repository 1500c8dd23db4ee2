import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/**
 * The actions that CodePipeline and CodeBuild take, for what CDK grants beyond them; none where they take none. Source: AWS, "Manage
 * the CodePipeline service role"; "Allow CodeBuild to interact with other AWS services"; "Service Authorization Reference" for KMS.
 */
const taken: Record<string, string[]> = {
  's3:GetObject*': ['s3:GetObject', 's3:GetObjectVersion'],
  's3:GetBucket*': ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'],
  's3:List*': [],
  's3:DeleteObject*': [],
  // The bucket itself ends uploads that nobody finished.
  's3:Abort*': [],
  's3:PutObjectLegalHold': [],
  's3:PutObjectRetention': [],
  's3:PutObjectTagging': [],
  's3:PutObjectVersionTagging': [],
  's3:PutObjectVersionAcl': [],
  'kms:GenerateDataKey*': ['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
  'kms:ReEncrypt*': ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  // No build reports how much of the code its tests run.
  'codebuild:BatchPutCodeCoverages': [],
};

/**
 * Takes from the stack's builds and actions what CDK grants and none uses: wildcards in actions, log groups that the builds do not
 * write to, and reports, but for the builds that make some. Call it when the pipeline is built.
 *
 * @param reports name of the report of a role, by the id of the role
 */
export function narrowGrants(stack: Stack, reports: Record<string, string>): void {
  const policies = stack.node.findAll().filter((c) => c instanceof CfnPolicy);
  for (const policy of policies) {
    const role = policy.node.scopes.at(-3)!.node.id;
    const document = stack.resolve(policy.policyDocument) as { Statement: Statement[] };
    policy.policyDocument = {
      ...document,
      Statement: document.Statement.flatMap((statement) => narrowed(statement, reports[role])),
    };
  }
}

function narrowed(statement: Statement, report: string | undefined): Statement[] {
  const resource = JSON.stringify(statement.Resource);
  if (resource.includes(':log-group:/aws/codebuild/')) return [];
  if (resource.includes(':report-group/')) {
    // CodeBuild begins the group's name with the project's.
    return report ? [takenOf({ ...statement, Resource: JSON.parse(resource.replace('"-*"', `"-${report}"`)) })] : [];
  }
  return [takenOf(statement)];
}

function takenOf(statement: Statement): Statement {
  if (typeof statement.Action === 'string') return statement;
  return { ...statement, Action: [...new Set(statement.Action.flatMap((action) => taken[action] ?? [action]))] };
}
