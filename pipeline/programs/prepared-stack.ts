import {
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import type { Template } from './template';

/** Name that CDK Pipelines gives every change set. */
const ChangeSetName = 'PipelineChange';

/** A stack with the change set that the pipeline prepared for it. */
export class PreparedStack {
  constructor(
    private readonly cloudFormation: CloudFormationClient,
    readonly name: string,
  ) {}

  /** Whether the change set makes the stack: there is nothing yet that it could hurt. */
  async isNew(): Promise<boolean> {
    try {
      const { Stacks } = await this.cloudFormation.send(new DescribeStacksCommand({ StackName: this.name }));
      return Stacks?.[0]?.StackStatus === 'REVIEW_IN_PROGRESS';
    } catch (error) {
      if (/does not exist/.test((error as Error).message)) return true;
      throw error;
    }
  }

  /** All changes; none where the change set is empty or CloudFormation has removed it for that. */
  async changes(): Promise<ResourceChange[]> {
    const changes: ResourceChange[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.changeSetPage(NextToken);
      if (page?.Status === 'FAILED' && !isEmpty(page.StatusReason)) {
        throw new Error(`The change set of ${this.name} could not be made: ${page.StatusReason}`);
      }
      changes.push(...(page?.Changes ?? []).flatMap(({ ResourceChange }) => ResourceChange ?? []));
      NextToken = page?.NextToken;
    } while (NextToken);
    return changes;
  }

  private async changeSetPage(NextToken?: string): Promise<DescribeChangeSetCommandOutput | undefined> {
    try {
      const request = { StackName: this.name, ChangeSetName, NextToken };
      return await this.cloudFormation.send(new DescribeChangeSetCommand(request));
    } catch (error) {
      if (/^ChangeSetNotFound/.test((error as Error).name)) return undefined;
      throw error;
    }
  }

  /** The template that the change set would deploy. */
  async template(): Promise<Template> {
    const request = { StackName: this.name, ChangeSetName, TemplateStage: 'Processed' as const };
    const { TemplateBody } = await this.cloudFormation.send(new GetTemplateCommand(request));
    return JSON.parse(TemplateBody!) as Template;
  }

  /** Physical ids by logical id, of those resources that exist. */
  async physicalIds(logicalIds: string[]): Promise<Map<string, string>> {
    if (logicalIds.length === 0) return new Map();
    const { StackResources = [] } = await this.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: this.name }),
    );
    return new Map(StackResources.map((r) => [r.LogicalResourceId!, r.PhysicalResourceId!]));
  }
}

/** CloudFormation's texts for a change set that would change nothing; there is no code for it. */
const isEmpty = (reason = '') => /didn't contain changes|No updates are to be performed/.test(reason);
