// What a person sees while the pipeline runs. Where nobody watches, plain lines only.
import { ended, type ActionRun, type Execution, type PipelineEvent } from '../runner/state';

const nameWidth = 42;
const statusWidth = 10;

export const seconds = (from: Date, to: Date) => `${((to.getTime() - from.getTime()) / 1000).toFixed(1)} s`;

const how = ({ runs, stage, trigger }: Execution) =>
  runs.length ? `goes on: ${stage} is retried` : `(${trigger.detail})`;

export class Screen {
  private readonly began = new Date();
  private transient = false;
  private ended = false;
  private readonly running = new Map<string, ActionRun>();
  private readonly told = new Set<string>();
  private readonly timer?: NodeJS.Timeout;

  constructor(private readonly output: NodeJS.WriteStream = process.stdout) {
    if (output.isTTY) this.timer = setInterval(() => this.showRunning(), 1000).unref();
  }

  line(text = ''): void {
    this.clear();
    this.output.write(`${text}\n`);
  }
  /** A step of the preparation: said when it has ended, with its duration. */
  async step<T>(what: string, work: () => Promise<T>): Promise<T> {
    const started = new Date();
    try {
      const result = await work();
      this.line(`${what.padEnd(nameWidth + statusWidth + 2)} ${seconds(started, new Date()).padStart(8)}`);
      return result;
    } catch (error) {
      this.line(
        `${what.padEnd(nameWidth + 2)} ${'failed'.padEnd(statusWidth - 1)} ${seconds(started, new Date()).padStart(8)}`,
      );
      throw error;
    }
  }
  show(event: PipelineEvent): void {
    if (this.ended) return;
    if (event.kind === 'execution') this.showExecution(event.execution);
    if (event.kind === 'stage') this.line(event.stage);
    if (event.kind === 'action') this.showAction(event.run);
  }
  /** Shows nothing more of the pipeline: what is ended from outside only says that it was. */
  end(): void {
    this.ended = true;
    clearInterval(this.timer);
    this.clear();
  }

  private showExecution(execution: Execution): void {
    const { id, status, statusSummary, started, updated } = execution;
    const name = `execution ${id.slice(0, 8)}`;
    if (!ended(execution)) return this.line(`\n${name} of pipeline ${execution.pipeline.name} ${how(execution)}`);
    this.line(`${name} ${status} after ${seconds(started, updated)}${statusSummary ? `: ${statusSummary}` : ''}`);
  }
  private showAction(run: ActionRun): void {
    const { action, status, started, updated, summary = '' } = run;
    if (status === 'InProgress') return void this.running.set(run.id, run);
    if (this.told.has(run.id)) return;
    this.told.add(run.id);
    this.running.delete(run.id);
    const lines = status === 'Succeeded' ? [summary.split('\n')[0]!.slice(0, 60)] : summary.split('\n').slice(0, 8);
    const row = `  ${action.name.padEnd(nameWidth)} ${status.padEnd(statusWidth)} ${seconds(started, updated).padStart(8)}`;
    this.line(`${row}  ${lines[0] ?? ''}`.trimEnd());
    for (const line of lines.slice(1)) this.line(`      ${line}`);
  }
  private showRunning(): void {
    if (!this.running.size || [...this.running.values()].some((run) => run.token)) return;
    const names = [...this.running.values()].map((run) => `${run.action.name} ${seconds(run.started, new Date())}`);
    const text = `  … ${names.join(', ')}`.slice(0, (this.output.columns ?? 80) - 1);
    this.clear();
    this.output.write(text);
    this.transient = true;
  }
  private clear(): void {
    if (this.transient) this.output.write('\r\x1b[K');
    this.transient = false;
  }
  /** Since the beginning. */
  get elapsed(): string {
    return seconds(this.began, new Date());
  }
}
