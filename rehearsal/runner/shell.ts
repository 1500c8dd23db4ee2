// One bash for all commands of a build, as CodeBuild does it: the folder and variables that a command sets are there for the next.
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Guardian } from '../cloud/runtime/guardian';

export interface Setting {
  /** Where the commands start. */
  cwd: string;
  /** The whole environment; nothing is inherited. */
  env: Record<string, string>;
  /** Folder for the commands' text. */
  scratch: string;
  /** Names whose values are read after each command. */
  exported: string[];
  onOutput(text: string): void;
  /** Ends the shell's processes where this process cannot. */
  guardian?: Guardian;
}

export class Shell {
  /** Values of the exported names after the last command. */
  variables: Record<string, string> = {};
  private child?: ChildProcess;
  private closed: Promise<void> = Promise.resolve();
  private count = 0;

  constructor(private readonly setting: Setting) {}

  /** Runs one command. Resolves to its exit status; a command that ends the shell itself has that status. */
  async run(command: string): Promise<number> {
    const child = this.child ?? this.start();
    const file = join(this.setting.scratch, `command-${this.count++}.sh`);
    writeFileSync(file, `${command}\n`);
    const values = this.setting.exported.map((name) => `"\${${name}-}"`).join(' ');
    const answer = once(child, child.stdio[3] as Readable, 1 + this.setting.exported.length);
    // The command reads no input and does not hold the channel that reports its status.
    child.stdin!.write(`source '${file}' </dev/null 3>&-\nprintf '%s\\0' "$?" ${values} >&3\n`);
    const [status, ...found] = await answer;
    if (found.length) this.variables = Object.fromEntries(this.setting.exported.map((name, i) => [name, found[i]!]));
    return Number(status);
  }

  /** Ends the shell and whatever its commands left running. */
  async end(): Promise<void> {
    this.kill();
    await this.closed;
  }

  kill(): void {
    if (!this.child?.pid) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // Its group has ended already.
    }
  }

  private start(): ChildProcess {
    const { cwd, env, onOutput } = this.setting;
    const child = spawn('bash', ['--noprofile', '--norc'], {
      cwd,
      env: { ...env, ...this.variables },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', onOutput);
    child.stdin!.on('error', () => {}); // the shell has ended: its status tells
    this.closed = new Promise((done) => child.once('close', () => done()));
    child.once('exit', () => {
      this.kill();
      if (child.pid) this.setting.guardian?.forget(child.pid);
      this.child = undefined;
    });
    if (child.pid) this.setting.guardian?.watch(child.pid);
    this.child = child;
    return child;
  }
}

/** The next so many NUL-ended texts of the stream; or only the exit status, where the process ends before. */
function once(child: ChildProcess, stream: Readable, count: number): Promise<string[]> {
  return new Promise((done) => {
    let text = '';
    const finish = (result: string[]) => {
      stream.off('data', read);
      child.off('exit', ended).off('error', failed);
      done(result);
    };
    const read = (data: Buffer) => {
      text += data.toString('utf8');
      const parts = text.split('\0');
      if (parts.length > count) finish(parts.slice(0, count));
    };
    const ended = (code: number | null) => finish([String(code ?? 137)]);
    const failed = () => finish(['127']);
    stream.on('data', read);
    child.on('exit', ended).on('error', failed);
  });
}
