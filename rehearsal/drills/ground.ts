// Where drills take place: one kept rehearsal, in which a changed service is delivered again and again.
import { RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildsOf } from '../cloud/services/codebuild';
import { historyOf, type ActionRun, type Execution, type PipelineEvent } from '../runner/state';
import { pushChange, type Edits } from '../session/change';
import { followToEnd } from '../session/follow';
import type { Prepared } from '../session/rehearsal';
import { servedByVersion } from '../session/served';
import type { Stage } from './fault';
import type { Seen } from './judge';
import { until } from './seeds';
import { serving } from './serving';

export class Ground {
  constructor(
    private readonly prepared: Prepared,
    /** The commit that all stages run. */
    readonly base: string,
  ) {}

  stage(name: string): Stage {
    const { env } = this.prepared.recorded.stages.find((s) => s.name === name)!;
    const { local, recorded } = this.prepared;
    const build = (action: string) =>
      until(`a build of ${action}`, () => {
        const { runs } = this.history.executions.at(-1)!;
        return runs.findLast((r) => r.action.stage === name && r.action.name === action && !r.retried)?.externalId;
      });
    return { name, env, tooling: recorded.tooling, local, build };
  }

  /** Commits changes of a commit, and pushes. Resolves to the end of the execution that this starts. */
  async deliver(subject: string, edits: Edits, from: string): Promise<Execution> {
    const { remote, cloud } = this.prepared;
    const known = this.history.begun;
    await pushChange(remote, join(cloud.directory, 'change'), subject, edits, from);
    return this.end(known);
  }

  /** Whether the newest execution has failed in that stage. */
  failedIn(stage: string): boolean {
    const newest = this.history.executions.at(-1);
    return newest?.status === 'Failed' && newest.stage === stage;
  }

  /** Starts the failed stage of the newest execution again, from its first action. Resolves to its end. */
  async retry(stageName: string): Promise<Execution> {
    const { client, pipeline: pipelineName } = this.prepared.recorded;
    const known = this.history.begun;
    const pipelineExecutionId = this.history.executions.at(-1)!.id;
    const target = { pipelineName, pipelineExecutionId, stageName, retryMode: 'ALL_ACTIONS' as const };
    await client.send(new RetryStageExecutionCommand(target));
    return this.end(known);
  }

  /** Does something as soon as an action of a stage begins; the result ends the watch. */
  whenBegins(stage: string, action: string, then: () => void): () => void {
    const listener = (event: PipelineEvent) => {
      if (event.kind !== 'action' || event.run.status !== 'InProgress') return;
      if (event.run.action.stage !== stage || event.run.action.name !== action) return;
      this.history.listeners.delete(listener);
      then();
    };
    this.history.listeners.add(listener);
    return () => void this.history.listeners.delete(listener);
  }

  /** What an execution did to a stage, and what the users of all stages saw meanwhile. */
  async watch({ name, env }: Stage, run: () => Promise<Execution>): Promise<Seen> {
    const began = new Date();
    const before = await serving(env);
    const traffic = this.prepared.traffic.map((t) => t.result);
    const versions = new Set((await this.productionRequests(name)).map((r) => r.version));
    const execution = await run();
    const seconds = (Date.now() - began.getTime()) / 1000;
    const after = await serving(env);
    const now = this.prepared.traffic.map((t) => t.result);
    const served = await this.productionRequests(name, began);
    const failures = now.flatMap((t, i) =>
      t.firstFailures.slice(traffic[i]!.failures).map((f) => `${t.stage} ${f.what}`),
    );
    const runs = execution.runs.filter((r) => r.status === 'Failed' && !r.retried);
    return {
      status: execution.status,
      failed: runs.map((r) => ({ stage: r.action.stage, action: r.action.name, says: this.said(r) })),
      checks: runs.flatMap((r) => this.failedChecks(r)),
      promoted: [...after]
        .filter(([service, revision]) => before.get(service) !== revision)
        .map(([service]) => service),
      greenRequests: served.filter((s) => !versions.has(s.version)).reduce((sum, s) => sum + s.requests, 0),
      requests: Math.min(...now.map((t, i) => t.requests - traffic[i]!.requests)),
      failures,
      seconds,
    };
  }

  private get history() {
    const { tooling, pipeline } = this.prepared.recorded;
    return historyOf(tooling, pipeline);
  }

  private async end(known: number): Promise<Execution> {
    const { tooling, pipeline } = this.prepared.recorded;
    const execution = await followToEnd(tooling, pipeline, known);
    if (!execution) throw new Error('the local cloud has ended');
    return execution;
  }

  private async productionRequests(stage: string, since?: Date) {
    const served = await servedByVersion(this.prepared.recorded, since);
    return served.filter((s) => s.stage === stage && s.listenerPort === 443);
  }

  /** An action's error, and the end of what its build said. */
  private said({ error, logFile }: ActionRun): string {
    const log = logFile ? readFileSync(logFile, 'utf8').split('\n').slice(-60) : [];
    return [error?.message, ...log].join('\n');
  }
  private failedChecks({ externalId = '' }: ActionRun): Seen['checks'] {
    const cases =
      buildsOf(this.prepared.recorded.tooling)
        .get(externalId)
        ?.reports.flatMap((r) => r.cases) ?? [];
    return cases
      .filter((c) => c.status === 'FAILED')
      .map(({ suite, name, message = '' }) => ({ suite, name, says: message }));
  }
}
