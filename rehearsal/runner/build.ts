// One build: sources in, phases, reports and artifacts out.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Guardian } from '../cloud/runtime/guardian';
import { filesBelow, pack, pattern, unpack, type Location } from './artifacts';
import { makeFolders } from './build-environment';
import type { Artifacts, Buildspec } from './buildspec';
import { cloneCommit, type CloneReference } from './git';
import { parseJUnit, type TestCase } from './junit';
import { runPhases, type PhaseResult } from './phases';
import { Shell } from './shell';

/** An input of a build: an artifact's files, or a repository that the build clones at a commit. */
export interface Source {
  name: string;
  location: Location;
  clone?: CloneReference;
}
export interface BuildTask {
  /** Reads an artifact in the build's role. */
  fetch(location: Location): Buffer;
  /** Folder of this build; removed when it has ended. */
  root: string;
  logFile: string;
  spec: Buildspec;
  /** The primary one first. */
  sources: Source[];
  environment(folders: ReturnType<typeof makeFolders>): Record<string, string>;
  onLine?(line: string): void;
  signal: AbortSignal;
}
export interface Report {
  name: string;
  cases: TestCase[];
}
export interface BuildResult {
  phases: PhaseResult[];
  succeeded: boolean;
  /** Why it failed. */
  message?: string;
  variables: Record<string, string>;
  reports: Report[];
  /** Zips: the primary artifact under '', the secondary ones under their names. */
  artifacts: Record<string, Buffer>;
}

export async function runBuild(task: BuildTask): Promise<BuildResult> {
  const { spec, root, signal } = task;
  const log = logger(task);
  const folders = makeFolders(root);
  const directories = await provideSources(task, root);
  const primary = directories[0]!.directory;
  const env = {
    ...task.environment(folders),
    CODEBUILD_SRC_DIR: primary,
    ...Object.fromEntries(directories.slice(1).map((d) => [`CODEBUILD_SRC_DIR_${d.name}`, d.directory])),
  };
  const guardian = new Guardian();
  const shell = new Shell({
    cwd: primary,
    env,
    scratch: folders.scratch,
    exported: spec.exported,
    onOutput: log.output,
    guardian,
  });
  const stop = () => shell.kill();
  signal.addEventListener('abort', stop);
  try {
    const run = (command: string) => (signal.aborted ? Promise.resolve(143) : shell.run(command));
    const phases = await runPhases(spec, run, log.line);
    const variables = shell.variables;
    await shell.end();
    const reports = readReports(spec, primary, log.line);
    const failure = phases.find((p) => p.status === 'FAILED');
    if (failure) return { phases, succeeded: false, message: failure.message, variables, reports, artifacts: {} };
    return { phases, succeeded: true, variables, reports, artifacts: packAll(spec, primary) };
  } finally {
    signal.removeEventListener('abort', stop);
    await shell.end();
    await guardian.end();
    log.end();
  }
}

async function provideSources(
  { fetch, sources }: BuildTask,
  root: string,
): Promise<{ name: string; directory: string }[]> {
  const places = sources.map((source, i) => ({ ...source, directory: join(root, `src${i || ''}`) }));
  for (const { directory, clone, location } of places) {
    if (clone) await cloneCommit(clone, directory);
    else unpack(fetch(location), directory);
  }
  if (places.length) return places;
  mkdirSync(join(root, 'src'), { recursive: true });
  return [{ name: '', directory: join(root, 'src') }];
}

function readReports(spec: Buildspec, source: string, log: (line: string) => void): Report[] {
  return Object.entries(spec.reports).map(([name, { files, baseDirectory, format }]) => {
    if (format !== 'JUNITXML') throw new Error(`report '${name}' has format ${format}: a rehearsal reads JUNITXML`);
    const directory = join(source, baseDirectory);
    const wanted = files.map(pattern);
    const found = existsSync(directory) ? filesBelow(directory).filter((path) => wanted.some((w) => w.test(path))) : [];
    if (!found.length) log(`Report ${name}: no file matches ${files.join(', ')}`);
    return { name, cases: found.flatMap((path) => parseJUnit(readFileSync(join(directory, path), 'utf8'))) };
  });
}

function packAll(spec: Buildspec, source: string): Record<string, Buffer> {
  const zip = ({ baseDirectory, files, excluded, discardPaths }: Artifacts) => {
    const directory = join(source, baseDirectory);
    if (!existsSync(directory)) throw new Error(`no matching base directory path found for ${baseDirectory}`);
    return pack({ directory, files, excluded, discardPaths });
  };
  const all: Record<string, Artifacts> = { ...(spec.artifacts && { '': spec.artifacts }), ...spec.secondaryArtifacts };
  return Object.fromEntries(Object.entries(all).map(([name, artifacts]) => [name, zip(artifacts)]));
}

/** Writes a build's log line by line, to its file and to whoever listens. */
function logger({ logFile, onLine }: BuildTask) {
  let rest = '';
  const write = (lines: string[]) => {
    appendFileSync(logFile, lines.map((line) => `${line}\n`).join(''));
    lines.forEach((line) => onLine?.(line));
  };
  return {
    output(text: string) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      if (lines.length) write(lines);
    },
    line: (line: string) => write([`[Container] ${new Date().toISOString()} ${line}`]),
    end() {
      if (rest) write([rest]);
      rest = '';
    },
  };
}
