import {
  type ActionExecutionDetail,
  type CodePipelineClient,
  GetPipelineExecutionCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type PipelineExecutionStatus,
  type PipelineExecutionSummary,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { type Progress, stagesOf } from './progress';

/** Name that CDK Pipelines and pipeline/steps/source.ts give the source action. */
const sourceAction = 'Source';

/** Whether CodePipeline ended it for another: after a change of the pipeline itself, or for a newer one. */
export const isReplaced = ({ status }: { status?: PipelineExecutionStatus }): boolean =>
  status === 'Cancelled' || status === 'Superseded';

const delivers = ({ sourceRevisions = [] }: PipelineExecutionSummary, commit: string): boolean =>
  sourceRevisions.some(({ revisionId }) => revisionId === commit);

/** The executions of one pipeline: what GitHub may start and read. */
export class Executions {
  constructor(
    private readonly client: CodePipelineClient,
    readonly pipeline: string,
  ) {}

  /** Starts the pipeline at the commit; gives the execution's id. */
  async start(commit: string): Promise<string> {
    const sourceRevisions = [{ actionName: sourceAction, revisionType: 'COMMIT_ID' as const, revisionValue: commit }];
    const request = new StartPipelineExecutionCommand({ name: this.pipeline, sourceRevisions });
    return (await this.client.send(request)).pipelineExecutionId!;
  }

  /** The execution that delivers the commit now: a job that is run again follows it and starts no second one. */
  async underWay(commit: string): Promise<string | undefined> {
    const found = (await this.newest()).find((one) => one.status === 'InProgress' && delivers(one, commit));
    return found?.pipelineExecutionId;
  }

  /** The execution that was started last for the commit, or what replaced it; undefined where it was long ago. */
  async newestOf(commit: string): Promise<string | undefined> {
    const found = (await this.newest()).find((one) => delivers(one, commit));
    const id = found?.pipelineExecutionId;
    return found && isReplaced(found) ? ((await this.successorOf(id!)) ?? id) : id;
  }

  /** How far it is. Throws where the pipeline has no such execution. */
  async progress(id: string): Promise<Progress> {
    const { pipeline: pipelineName } = this;
    const request = new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId: id });
    const { pipelineExecution } = await this.client.send(request);
    const details: ActionExecutionDetail[] = [];
    let nextToken: string | undefined;
    do {
      const filter = { pipelineExecutionId: id };
      const page = await this.client.send(new ListActionExecutionsCommand({ pipelineName, filter, nextToken }));
      details.push(...page.actionExecutionDetails!);
      nextToken = page.nextToken;
    } while (nextToken);
    const { status, statusSummary, artifactRevisions = [] } = pipelineExecution!;
    const stages = stagesOf(details);
    const isIdle = status === 'InProgress' && !details.some((detail) => detail.status === 'InProgress');
    return {
      id,
      status: status!,
      reason: statusSummary,
      commit: artifactRevisions[0]?.revisionId,
      stages,
      ahead: isIdle ? await this.aheadOf(id) : [],
    };
  }

  /**
   * The execution that goes on in place of one that was cancelled or superseded: the first that was started later and was not
   * cancelled itself. CodePipeline does not link them.
   */
  async successorOf(id: string): Promise<string | undefined> {
    const newest = await this.newest();
    const later = newest.slice(
      0,
      newest.findIndex(({ pipelineExecutionId }) => pipelineExecutionId === id),
    );
    return later.findLast((one) => !isReplaced(one))?.pipelineExecutionId;
  }

  private async aheadOf(id: string): Promise<string[]> {
    const newest = await this.newest();
    const earlier = newest.slice(newest.findIndex(({ pipelineExecutionId }) => pipelineExecutionId === id) + 1);
    return earlier
      .filter(({ status }) => status === 'InProgress' || status === 'Stopping')
      .map(({ pipelineExecutionId }) => pipelineExecutionId!)
      .reverse();
  }

  /** The newest first; a hundred reach back further than any delivery lasts. */
  private async newest(): Promise<PipelineExecutionSummary[]> {
    const request = new ListPipelineExecutionsCommand({ pipelineName: this.pipeline, maxResults: 100 });
    return (await this.client.send(request)).pipelineExecutionSummaries!;
  }
}
