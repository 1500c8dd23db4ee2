// However a rehearsal ends, nothing of it stays behind.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const deadline = 120_000;

/** Processes that have the text in their environment or command line. Needs Linux. */
function processesWith(text: string): number[] {
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => (read(pid, 'environ') + read(pid, 'cmdline')).includes(text)).map(Number);
}

async function rehearse(until: RegExp, stop: (pid: number, own: number[]) => void) {
  const temporary = mkdtempSync(join(tmpdir(), 'stop-'));
  // Databases of root run as nobody, who has to pass.
  chmodSync(temporary, 0o711);
  const program = ['--require', require.resolve('tsx/cjs'), join(root, 'rehearsal/rehearse.ts'), '--approve'];
  const child = spawn(process.execPath, program, { cwd: root, env: { ...process.env, TMPDIR: temporary } });
  let output = '';
  let stopped = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
      if (stopped || !until.test(output)) return;
      stopped = true;
      setTimeout(() => stop(child.pid!, processesWith(join(temporary, 'rehearsal-'))), 1500);
    });
  }
  const code = await new Promise<number | null>((done) => child.on('close', done));
  const folders = readdirSync(temporary).filter((name) => name.startsWith('rehearsal-'));
  const processes = processesWith(join(temporary, 'rehearsal-'));
  rmSync(temporary, { recursive: true, force: true });
  return { code, output, folders, processes };
}
const nothing = { folders: [], processes: [] };

test.each([
  ['SIGINT', 130, /local cloud with its accounts/],
  ['SIGTERM', 143, /^Build$/m],
  ['SIGINT', 130, /^dev$/m],
] as const)(
  '%s: exit code %d after %s',
  async (signal, code, until) => {
    const ended = await rehearse(until, (pid) => process.kill(pid, signal));
    expect(ended).toMatchObject({ code, ...nothing });
  },
  deadline,
);

test(
  'a killed tool ends the rehearsal with an error',
  async () => {
    const ended = await rehearse(/local cloud with its accounts/, (_pid, own) => process.kill(own[0]!, 'SIGKILL'));
    expect(ended).toMatchObject({ code: 1, ...nothing });
    expect(ended.output).toContain('The rehearsal could not go on');
  },
  deadline,
);
