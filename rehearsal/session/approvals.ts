import { CodePipelineClient, GetPipelineStateCommand, PutApprovalResultCommand } from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createInterface, type Interface } from 'node:readline';
import type { ActionRun, PipelineEvent } from '../runner/state';
import type { Screen } from './screen';

/** Answers approvals as a client of CodePipeline: with yes, or with what a person says on the terminal. */
export class Approvals {
  private readonly seen = new Set<string>();
  private readonly lines: string[] = [];
  private readonly waiting: ((line: string | undefined) => void)[] = [];
  private terminal?: Interface;
  private closed = false;

  constructor(
    private readonly client: CodePipelineClient,
    /** Reads what approvals link to. */
    private readonly s3: S3Client,
    private readonly screen: Screen,
    /** Yes to all. */
    private readonly approveAll: boolean,
  ) {}

  answer(event: PipelineEvent): void {
    if (event.kind !== 'action' || !event.run.token || this.seen.has(event.run.id)) return;
    this.seen.add(event.run.id);
    const failed = (error: Error) => this.screen.line(`  the approval could not be answered: ${error.message}`);
    void this.decide(event.execution.pipeline.name, event.run).catch(failed);
  }
  end(): void {
    this.terminal?.close();
  }

  private async decide(pipelineName: string, { action, configuration }: ActionRun): Promise<void> {
    const { stageStates = [] } = await this.client.send(new GetPipelineStateCommand({ name: pipelineName }));
    const states = stageStates.find((s) => s.stageName === action.stage)?.actionStates;
    const latest = states?.find((a) => a.actionName === action.name)?.latestExecution;
    const question = latest?.summary ?? `Approve ${action.stage}?`;
    const summary = this.approveAll
      ? 'approved by --approve'
      : await this.ask(`${await this.linked(configuration.ExternalEntityLink)}${question}`);
    const status = summary.startsWith('approved') ? 'Approved' : 'Rejected';
    const target = { pipelineName, stageName: action.stage, actionName: action.name, token: latest?.token };
    await this.client.send(new PutApprovalResultCommand({ ...target, result: { status, summary } }));
  }

  /** What a person would read behind the link to S3's console; nothing where it leads elsewhere. */
  private async linked(link = ''): Promise<string> {
    const [, bucket, key] = /\/s3\/object\/([^?]+)\?.*\bprefix=(.+)$/.exec(link) ?? [];
    if (!bucket || !key) return '';
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return `${await Body!.transformToString()}\n`;
    } catch (error) {
      return `What the approval links to cannot be read: ${(error as Error).message}\n`;
    }
  }
  private async ask(question: string): Promise<string> {
    this.listen();
    for (;;) {
      this.screen.line(`\n${question}`);
      process.stdout.write('Approve? [yes/no] ');
      const line =
        this.lines.shift() ??
        (this.closed ? undefined : await new Promise<string | undefined>((got) => this.waiting.push(got)));
      if (line === undefined)
        return 'rejected: there is nobody to ask, because standard input has ended; use --approve';
      if (!process.stdin.isTTY) this.screen.line(line);
      if (/^y(es)?$/i.test(line.trim())) return 'approved on the terminal';
      if (/^no?$/i.test(line.trim())) return 'rejected on the terminal';
    }
  }
  private listen(): void {
    if (this.terminal) return;
    this.terminal = createInterface({ input: process.stdin });
    this.terminal.on('line', (line) => {
      const next = this.waiting.shift();
      if (next) next(line);
      else this.lines.push(line);
    });
    this.terminal.on('close', () => {
      this.closed = true;
      this.waiting.splice(0).forEach((got) => got(undefined));
    });
  }
}
