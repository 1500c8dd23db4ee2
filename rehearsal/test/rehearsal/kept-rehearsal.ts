import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushChange, type Edits } from '../../session/change';
import type { RehearsalReport } from '../../session/report';

/** Milliseconds after which a test has hung: on a busy machine two executions take twice as long as on a quiet one. */
export const deadline = 600_000;

export const root = join(__dirname, '../../..');
const rehearse = ['--require', require.resolve('tsx/cjs'), join(root, 'rehearsal/rehearse.ts')];

export interface Answer {
  status: number;
  version?: string;
  body: Record<string, unknown>;
}

/** A rehearsal that stays up, as a person has it: by its command, its output, its remote and its load balancers. */
export class KeptRehearsal {
  output = '';
  readonly exited: Promise<number | null>;
  private readonly process: ChildProcess;
  private readonly agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  /** Temporary folder of the rehearsal, its own. */
  private readonly temporary = mkdtempSync(join(tmpdir(), 'kept-'));
  private readonly checkout = mkdtempSync(join(tmpdir(), 'checkout-'));

  constructor(...args: string[]) {
    // Where root rehearses, the database runs as somebody else, who has to get to its folder.
    chmodSync(this.temporary, 0o711);
    this.process = spawn(process.execPath, [...rehearse, '--approve', '--keep', ...args], {
      cwd: root,
      env: { ...process.env, TMPDIR: this.temporary },
      // By the channel it notices when a test run is killed, and ends.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.on('data', (data: Buffer) => (this.output += data.toString()));
    }
    this.exited = new Promise((done) => this.process.on('exit', done));
  }

  /** Resolves once the text stands so many times in the output. Throws when the rehearsal ends before. */
  async said(text: RegExp, times = 1): Promise<void> {
    const all = new RegExp(text, 'g');
    let over = false;
    void this.exited.then(() => (over = true));
    while ((this.output.match(all)?.length ?? 0) < times) {
      if (over) throw new Error(`The rehearsal ended before it said ${text}:\n${this.output.slice(-3000)}`);
      await pause(100);
    }
  }

  /** The first group of what the text finds. */
  find(text: RegExp): string {
    const found = text.exec(this.output)?.[1];
    if (!found) throw new Error(`The rehearsal did not say ${text}:\n${this.output.slice(-3000)}`);
    return found;
  }

  /** Environment of the AWS CLI and the CDK CLI, as printed; for another account by its number. */
  awsEnvironment(account?: string): Record<string, string> {
    const settings = this.find(/^ +export (AWS_.*)$/m).split(' ');
    const env = Object.fromEntries(settings.map((s) => s.split('=') as [string, string]));
    return account ? { ...env, AWS_ACCESS_KEY_ID: `AKIA${account}0000` } : env;
  }

  get report(): RehearsalReport {
    return JSON.parse(readFileSync(join(root, 'reports/rehearsal/report.json'), 'utf8')) as RehearsalReport;
  }

  /** A request to a stage's load balancer, by the address that was printed. */
  ask(stage: string, listener: 'production' | 'test', path: string, body?: object): Promise<Answer> {
    const address = this.find(new RegExp(`^ +${stage} +${listener} +(https://127.0.0.1:\\d+)`, 'm'));
    const content = body && JSON.stringify(body);
    const headers = content ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) } : {};
    const method = body ? 'POST' : 'GET';
    return new Promise((done, failed) => {
      const sent = request(address + path, { agent: this.agent, method, headers }, (answer) => {
        let text = '';
        answer.on('data', (data: Buffer) => (text += data.toString()));
        answer.on('end', () =>
          done({
            status: answer.statusCode!,
            version: answer.headers['x-service-version'] as string | undefined,
            body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
          }),
        );
      });
      sent.on('error', failed);
      sent.end(content);
    });
  }

  /** Commits and pushes to the remote that was printed; see pushChange. */
  push = (subject: string, edits: Edits, from?: string): Promise<string> =>
    pushChange(this.find(/git push (\S+) HEAD/), this.checkout, subject, edits, from);

  /** Ctrl-C. Resolves to the exit code, and the folders that it left in its temporary folder. */
  interrupt = () => (this.ending ??= this.end());
  private ending?: Promise<{ code: number | null; folders: string[] }>;

  private async end(): Promise<{ code: number | null; folders: string[] }> {
    this.process.kill('SIGINT');
    const code = await this.exited;
    const folders = readdirSync(this.temporary).filter((name) => name.startsWith('rehearsal-'));
    this.agent.destroy();
    for (const folder of [this.checkout, this.temporary]) rmSync(folder, { recursive: true, force: true });
    return { code, folders };
  }
}

export const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** A command of package.json, as a person runs it; never throws for its exit code. */
export function npmRun(env: Record<string, string>, ...args: [command: string, ...string[]]) {
  const [command, ...rest] = args;
  return new Promise<{ code: number | null; output: string }>((done, failed) => {
    const child = spawn('npm', ['run', '--silent', command, '--', ...rest], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', failed);
    child.on('close', (code) => done({ code, output }));
  });
}
