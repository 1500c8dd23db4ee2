import {
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetStackPolicyCommand,
  GetTemplateCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import type { Template } from './template';

/** Name that CDK Pipelines gives every change set. */
const pipelineChange = 'PipelineChange';

/** A stack with the change set that was prepared for it. */
export class PreparedStack {
  /**
   * @param name or ARN of the stack.
   * @param changeSet name or ARN. @default the one that the pipeline prepared
   */
  constructor(
    private readonly cloudFormation: CloudFormationClient,
    readonly name: string,
    private readonly changeSet = pipelineChange,
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

  /** All changes; undefined where the change set is empty or CloudFormation has removed it for that. */
  async changes(): Promise<ResourceChange[] | undefined> {
    const changes: ResourceChange[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.changeSetPage(NextToken);
      if (page === undefined) return undefined;
      changes.push(...(page.Changes ?? []).flatMap(({ ResourceChange }) => ResourceChange ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return changes;
  }

  private async changeSetPage(NextToken?: string): Promise<DescribeChangeSetCommandOutput | undefined> {
    try {
      const request = { StackName: this.name, ChangeSetName: this.changeSet, NextToken };
      const page = await this.cloudFormation.send(new DescribeChangeSetCommand(request));
      if (page.Status !== 'FAILED') return page;
      if (isEmpty(page.StatusReason)) return undefined;
      throw new Error(`The change set of ${this.name} could not be made: ${page.StatusReason ?? 'no reason given'}`);
    } catch (error) {
      if (/^ChangeSetNotFound/.test((error as Error).name)) return undefined;
      throw error;
    }
  }

  /** Of a nested stack, as its parent's change set tells it. */
  nested({ PhysicalResourceId, ChangeSetId }: ResourceChange): PreparedStack {
    return new PreparedStack(this.cloudFormation, PhysicalResourceId!, ChangeSetId);
  }

  /** The template that the change set would deploy. */
  template = (): Promise<Template> => this.read({ ChangeSetName: this.changeSet });

  /** The template that is deployed. */
  deployed = (): Promise<Template> => this.read({});

  private async read(which: { ChangeSetName?: string }): Promise<Template> {
    const request = { StackName: this.name, ...which, TemplateStage: 'Processed' as const };
    const { TemplateBody } = await this.cloudFormation.send(new GetTemplateCommand(request));
    return JSON.parse(TemplateBody!) as Template;
  }

  /** Physical ids by logical id, of those resources that exist. */
  async physicalIds(): Promise<Map<string, string>> {
    const { StackResources = [] } = await this.cloudFormation.send(
      new DescribeStackResourcesCommand({ StackName: this.name }),
    );
    return new Map(StackResources.map((r) => [r.LogicalResourceId!, r.PhysicalResourceId!]));
  }

  /** Stack policy as JSON text; undefined where it has none. */
  async policy(): Promise<string | undefined> {
    const request = new GetStackPolicyCommand({ StackName: this.name });
    return (await this.cloudFormation.send(request)).StackPolicyBody;
  }
}

/** CloudFormation's texts for a change set that would change nothing; there is no code for it. */
const isEmpty = (reason = '') => /didn't contain changes|No updates are to be performed/.test(reason);
