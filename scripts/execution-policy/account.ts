import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
  NoSuchEntityException,
  paginateListAttachedRolePolicies,
} from '@aws-sdk/client-iam';

/** Versions that IAM keeps of a policy. Source: AWS, IAM User Guide, "IAM and AWS STS quotas". */
const keptVersions = 5;

/** IAM, as far as execution policies go. */
export class Account {
  constructor(private readonly client: IAMClient) {}

  /** Makes the policy, or gives it a new version where its document differs. Tells what was done. */
  async put(arn: string, document: object): Promise<'made' | 'renewed' | 'unchanged'> {
    const text = JSON.stringify(document);
    const current = await this.document(arn);
    if (!current) {
      await this.client.send(
        new CreatePolicyCommand({ PolicyName: arn.split('/').pop(), PolicyDocument: text, Description: description }),
      );
      return 'made';
    }
    if (JSON.stringify(current) === text) return 'unchanged';
    await this.makeRoom(arn);
    await this.client.send(
      new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: text, SetAsDefault: true }),
    );
    return 'renewed';
  }

  /** The policy's document; undefined where there is no such policy. */
  async document(PolicyArn: string): Promise<object | undefined> {
    try {
      const { Policy } = await this.client.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy!.DefaultVersionId;
      const { PolicyVersion } = await this.client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      return JSON.parse(decodeURIComponent(PolicyVersion!.Document!)) as object;
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
  }

  /** ARNs of the managed policies that the role carries; undefined where there is no such role. */
  async attached(RoleName: string): Promise<string[] | undefined> {
    const found: string[] = [];
    try {
      for await (const page of paginateListAttachedRolePolicies({ client: this.client }, { RoleName })) {
        found.push(...(page.AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn!));
      }
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
    return found;
  }

  private async makeRoom(PolicyArn: string): Promise<void> {
    const { Versions = [] } = await this.client.send(new ListPolicyVersionsCommand({ PolicyArn }));
    const oldest = Versions.filter((v) => !v.IsDefaultVersion).sort((a, b) => +a.CreateDate! - +b.CreateDate!)[0];
    if (Versions.length < keptVersions || !oldest) return;
    await this.client.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest.VersionId }));
  }
}

const description = 'What CloudFormation needs for the stacks of the payment delivery: npm run execution-policy';
