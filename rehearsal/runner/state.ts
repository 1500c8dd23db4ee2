// What CodePipeline remembers: executions, and how each of their actions went.
import { randomUUID } from 'node:crypto';
import type { Environment } from '../cloud/state';
import type { Location } from './artifacts';
import type { Action, Pipeline } from './definition';
import type { CloneReference } from './git';
import type { Namespaces } from './variables';

export interface ArtifactRecord {
  location: Location;
  /** Where a consumer clones it from, instead of unzipping it. */
  clone?: CloneReference;
}
export type ActionStatus = 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed';
export interface ActionRun {
  id: string;
  action: Action;
  status: ActionStatus;
  started: Date;
  updated: Date;
  /** Configuration with its variables resolved. */
  configuration: Record<string, string>;
  /** Id of the build, or of the stack. */
  externalId?: string;
  summary?: string;
  error?: { code: string; message: string };
  variables: Record<string, string>;
  inputs: { name: string; location: Location }[];
  outputs: { name: string; location: Location }[];
  /** ARN of whoever answered an approval. */
  updatedBy?: string;
  /** Of an approval that waits. */
  token?: string;
  /** A file that tells more. */
  logFile?: string;
  /** A retry of the stage has triggered the action again. */
  retried?: boolean;
}
export type ExecutionStatus = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed' | 'Cancelled';
export interface Execution {
  id: string;
  pipeline: Pipeline;
  version: number;
  status: ExecutionStatus;
  statusSummary?: string;
  trigger: { type: string; detail: string };
  started: Date;
  updated: Date;
  /** Commits asked for, by the name of their source action. */
  revisions: Record<string, string>;
  /** Commits taken. */
  sources: { action: string; revisionId: string; summary: string; url: string }[];
  runs: ActionRun[];
  artifacts: Map<string, ArtifactRecord>;
  namespaces: Namespaces;
  /** Name of the stage that it is in, or waits for. */
  stage?: string;
  /** It is in that stage: no other execution enters. */
  entered: boolean;
  /** Stages that it has left behind. */
  left: Set<string>;
  /** Ends it and abandons its actions. */
  stopping: AbortController;
  /** Ends it when its actions under way have ended: the pipeline's definition has changed. */
  cancelling: AbortController;
  finished: Promise<void>;
}

export type PipelineEvent =
  | { kind: 'execution'; execution: Execution }
  | { kind: 'stage'; execution: Execution; stage: string }
  | { kind: 'action'; execution: Execution; run: ActionRun };

/** One pipeline's executions, oldest first. */
export interface History {
  version: number;
  executions: Execution[];
  /** How often an execution was started, or a stage retried. */
  begun: number;
  listeners: Set<(event: PipelineEvent) => void>;
}

export function historyOf(env: Environment, pipeline: string): History {
  const shelf = env.shelf<History>('codepipeline');
  const found = shelf.get(pipeline) ?? { version: 1, executions: [], begun: 0, listeners: new Set() };
  shelf.set(pipeline, found);
  return found;
}

export const ended = ({ status }: Execution) => !['InProgress', 'Stopping'].includes(status);

export function newExecution(
  pipeline: Pipeline,
  version: number,
  trigger: Execution['trigger'],
  revisions = {},
): Execution {
  const now = new Date();
  const id = randomUUID();
  return {
    id,
    pipeline,
    version,
    status: 'InProgress',
    trigger,
    started: now,
    updated: now,
    revisions,
    sources: [],
    runs: [],
    artifacts: new Map(),
    namespaces: new Map([['codepipeline', { PipelineExecutionId: id }]]),
    entered: false,
    left: new Set(),
    stopping: new AbortController(),
    cancelling: new AbortController(),
    finished: Promise.resolve(),
  };
}
