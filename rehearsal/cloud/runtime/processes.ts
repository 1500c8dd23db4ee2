// Child processes: each leads a process group of its own, and none outlives the cloud.
import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Cloud } from '../state';
import { Guardian } from './guardian';

export interface StartOptions {
  cloud: Cloud;
  command: string;
  args?: string[];
  /** Working directory. */
  cwd: string;
  /** The child's whole environment, beside PATH, which finds this very node first. Nothing is inherited. */
  env?: Record<string, string>;
  /** Whom it runs as. @default who runs the cloud */
  user?: { uid: number; gid: number };
  /** What asks it to end. A process that says SIGQUIT leaves more than memory behind when it is killed: the guardian asks it first, too. */
  endSignal?: 'SIGTERM' | 'SIGQUIT';
  /** A line of output, without its end. */
  onLine?(line: string, stream: 'stdout' | 'stderr'): void;
  /** Once, after all lines. A command that cannot be started exits with 127, as in a shell. */
  onExit?(code: number | null, signal: NodeJS.Signals | null): void;
}

export interface Running {
  readonly pid: number | undefined;
  /** Resolves when the process has ended and its output is read. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Asks the group to end, insists after so many real milliseconds (SIGKILL); resolves when it has ended. */
  stop(graceMilliseconds?: number): Promise<void>;
}

/** Path of the module that puts a node process into its VPC. */
export const preload = join(__dirname, 'preload.cjs');

/** Environment variables that put every node process started with them into the VPC of the file. */
export function vpcEnvironment(
  networkFile: string,
  ports: Map<number, number> = new Map(),
  datagrams: Map<number, number> = new Map(),
): Record<string, string> {
  const pairs = (map: Map<number, number>) => [...map].map(([own, loopback]) => `${own}=${loopback}`).join(',');
  return {
    NODE_OPTIONS: `--require="${preload.replace(/\\/g, '/')}"`,
    REHEARSAL_NETWORK: networkFile,
    REHEARSAL_PORTS: pairs(ports),
    REHEARSAL_DATAGRAMS: pairs(datagrams),
    REHEARSAL_PARENT: String(process.pid),
  };
}

/** PATH of children: this node first, then the system's usual folders. */
export const childPath = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');

interface Table {
  running: Set<Running>;
  guardian: Guardian;
}
const tables = new WeakMap<Cloud, Table>();

function tableOf(cloud: Cloud): Table {
  const found = tables.get(cloud);
  if (found) return found;
  const table: Table = { running: new Set(), guardian: new Guardian() };
  tables.set(cloud, table);
  cloud.onStop(async () => {
    await Promise.all([...table.running].map((r) => r.stop(1000)));
    await table.guardian.end();
  });
  return table;
}

/** Starts a process. It ends at the latest with the cloud, also when the cloud's own process is killed. */
export function start(options: StartOptions): Running {
  const { cloud, command, args = [], cwd, env = {}, user, endSignal = 'SIGTERM', onLine, onExit } = options;
  if (cloud.signal.aborted) throw new Error(`the local cloud has stopped: it starts no ${command} any more`);
  const table = tableOf(cloud);
  const child = spawn(command, args, {
    cwd,
    env: { PATH: childPath, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  if (child.pid) table.guardian.watch(child.pid, endSignal === 'SIGQUIT');
  lines(child.stdout!, (line) => onLine?.(line, 'stdout'));
  lines(child.stderr!, (line) => onLine?.(line, 'stderr'));

  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    let failed = false;
    child.once('error', (error) => {
      failed = true;
      onLine?.(error.message, 'stderr');
      if (!child.pid) done({ code: 127, signal: null });
    });
    child.once('exit', () => setTimeout(() => closeOutput(child), 1000).unref());
    child.once('close', (code, signal) => done(failed ? { code: 127, signal: null } : { code, signal }));
  }).then((end) => {
    table.running.delete(running);
    // What the process left in its group ends with it, as a container's processes do.
    if (child.pid) signalGroup(child.pid, 'SIGKILL');
    if (child.pid) table.guardian.forget(child.pid);
    onExit?.(end.code, end.signal);
    return end;
  });
  const running: Running = {
    pid: child.pid,
    ended,
    async stop(graceMilliseconds = 2000) {
      if (child.pid) signalGroup(child.pid, endSignal);
      const insist = setTimeout(() => child.pid && signalGroup(child.pid, 'SIGKILL'), graceMilliseconds);
      await ended;
      clearTimeout(insist);
    },
  };
  table.running.add(running);
  return running;
}

/** A grandchild that holds the output open must not keep its parent from having ended. */
function closeOutput(child: ChildProcess) {
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function signalGroup(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(-pid, signal);
  } catch {
    // the group has ended already
  }
}

function lines(stream: NodeJS.ReadableStream, onLine: (line: string) => void) {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split(/\r?\n/);
    rest = parts.pop()!;
    parts.forEach(onLine);
  });
  stream.on('close', () => {
    if (rest) onLine(rest);
    rest = '';
  });
}
