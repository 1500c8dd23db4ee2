// What a rehearsal has to show, read from what the services recorded.
import {
  CodePipelineClient,
  GetPipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  type ActionExecutionDetail,
} from '@aws-sdk/client-codepipeline';
import { readFileSync } from 'node:fs';
import { buildsOf } from '../cloud/services/codebuild';
import type { Environment } from '../cloud/state';
import type { TestCase } from '../runner/junit';
import { deployments, type DeploymentRecord } from './deployments';
import { evidenceBucket } from './evidence';
import { servedByVersion, type Served } from './served';
import type { TrafficResult } from './traffic';

export interface ActionRecord {
  execution: string;
  stage: string;
  name: string;
  provider: string;
  status: string;
  seconds: number;
  summary?: string;
  error?: string;
  /** The stage was retried, and this action with it: a later record says how it went in the end. */
  retried?: boolean;
  log?: string;
  /** The log's last lines, of a failed action. */
  lastLines?: string[];
}
export interface CheckRecord extends TestCase {
  execution: string;
  stage: string;
  action: string;
  /** Of an action that was retried. */
  retried?: boolean;
}
export interface RehearsalReport {
  pipeline: string;
  commit: string;
  executions: { id: string; status: string; summary?: string; started: string; seconds: number; trigger?: string }[];
  /** The execution that counts: the newest. */
  last: string;
  actionsDefined: number;
  actionsExecuted: number;
  /** Actions of the pipeline that the newest execution did not perform successfully. */
  notExecuted: string[];
  actions: ActionRecord[];
  checks: CheckRecord[];
  deployments: DeploymentRecord[];
  served: Served[];
  traffic: TrafficResult[];
  /** Bucket with the releases' evidence; undefined where the pipeline has none. */
  evidence?: string;
  /** What the services could not tell. */
  unread: string[];
  /** What this was not. */
  notReal: string[];
  succeeded: boolean;
}

export interface Recorded {
  /** Where the pipeline lives. */
  tooling: Environment;
  stages: { name: string; env: Environment }[];
  client: CodePipelineClient;
  pipeline: string;
  traffic: TrafficResult[];
  /** How many requests had failed when the last report was made. */
  failedBefore: number;
}

export const notReal = [
  'AWS was never involved: a local cloud answered in its place; rehearsal/cloud/BEHAVIOURS.md says what it models, and from which source.',
  'The Dockerfiles themselves were not built: images hold the layers that their COPY instructions make, without the base image, and tasks run as processes on this computer’s Node.js.',
  "Builds ran on this computer's tools, not in CodeBuild's image.",
];

export async function collect(recorded: Recorded): Promise<RehearsalReport> {
  const { client, pipeline: name, tooling, traffic } = recorded;
  const { pipeline } = await client.send(new GetPipelineCommand({ name }));
  const { pipelineExecutionSummaries: summaries = [] } = await client.send(
    new ListPipelineExecutionsCommand({ pipelineName: name }),
  );
  const executions = [...summaries].reverse();
  const last = executions.at(-1);
  const details = await actionDetails(client, name);
  const retried = new Set(details.filter((d, i) => details.slice(i + 1).some((later) => isSameAction(later, d))));
  const actions = details.map((d) => ({ ...actionRecord(tooling, d), ...(retried.has(d) && { retried: true }) }));
  const defined = pipeline!.stages!.flatMap((s) => s.actions!.map((a) => `${s.name}/${a.name}`));
  const done = new Set(
    actions
      .filter((a) => a.execution === last?.pipelineExecutionId && !a.retried && a.status === 'Succeeded')
      .map((a) => `${a.stage}/${a.name}`),
  );
  const missing = defined.filter((action) => !done.has(action));
  const checks = details.flatMap((d) =>
    checksOf(tooling, d).map((c) => ({ ...c, ...(retried.has(d) && { retried: true }) })),
  );
  const failedChecks = checks.filter(
    (c) => c.execution === last?.pipelineExecutionId && !c.retried && c.status === 'FAILED',
  ).length;
  const unread: string[] = [];
  const read = <T>(what: string, reading: Promise<T[]>) =>
    reading.catch((error: Error): T[] => {
      unread.push(`${what}: ${error.message}`);
      return [];
    });
  const failures = traffic.reduce((sum, t) => sum + t.failures, -recorded.failedBefore);
  return {
    pipeline: name,
    commit: last?.sourceRevisions?.[0]?.revisionId ?? '',
    executions: executions.map((e) => ({
      id: e.pipelineExecutionId!,
      status: e.status!,
      summary: e.statusSummary,
      started: e.startTime!.toISOString(),
      seconds: (e.lastUpdateTime!.getTime() - e.startTime!.getTime()) / 1000,
      trigger: e.trigger?.triggerDetail,
    })),
    last: last?.pipelineExecutionId ?? '',
    actionsDefined: defined.length,
    actionsExecuted: defined.length - missing.length,
    notExecuted: missing,
    actions,
    checks,
    deployments: await read('deployments', deployments(recorded)),
    served: await read('requests served', servedByVersion(recorded)),
    traffic,
    evidence: evidenceBucket(tooling, name),
    unread,
    notReal,
    succeeded: last?.status === 'Succeeded' && !missing.length && !failedChecks && !failures && !unread.length,
  };
}

async function actionDetails(client: CodePipelineClient, pipelineName: string): Promise<ActionExecutionDetail[]> {
  const all: ActionExecutionDetail[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListActionExecutionsCommand({ pipelineName, nextToken }));
    all.push(...(page.actionExecutionDetails ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return all.sort((a, b) => a.startTime!.getTime() - b.startTime!.getTime());
}

const isSameAction = (a: ActionExecutionDetail, b: ActionExecutionDetail) =>
  a.pipelineExecutionId === b.pipelineExecutionId && a.stageName === b.stageName && a.actionName === b.actionName;

const buildOf = (tooling: Environment, d: ActionExecutionDetail) =>
  buildsOf(tooling).get(d.output?.executionResult?.externalExecutionId ?? '');

function actionRecord(tooling: Environment, d: ActionExecutionDetail): ActionRecord {
  const log = buildOf(tooling, d)?.logFile;
  return {
    lastLines: log && d.status === 'Failed' ? lastLines(log) : undefined,
    execution: d.pipelineExecutionId!,
    stage: d.stageName!,
    name: d.actionName!,
    provider: d.input!.actionTypeId!.provider!,
    status: d.status!,
    seconds: (d.lastUpdateTime!.getTime() - d.startTime!.getTime()) / 1000,
    summary: d.output?.executionResult?.externalExecutionSummary,
    error: d.output?.executionResult?.errorDetails?.message,
    log,
  };
}

function checksOf(tooling: Environment, d: ActionExecutionDetail): CheckRecord[] {
  const reports = buildOf(tooling, d)?.reports ?? [];
  return reports.flatMap((r) =>
    r.cases.map((c) => ({ ...c, execution: d.pipelineExecutionId!, stage: d.stageName!, action: d.actionName! })),
  );
}

/** What the commands said last; CodeBuild's own lines say nothing more than the action's error. */
function lastLines(log: string): string[] {
  const lines = readFileSync(log, 'utf8').split('\n');
  return lines.filter((line) => line.trim() && !line.startsWith('[Container]')).slice(-12);
}
