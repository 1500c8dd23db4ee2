import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../ecs/fixture';

const cloudFolder = join(__dirname, '..', '..', 'cloud');

/** Is the process there, and not merely waiting to be buried? */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a killed cloud leaves neither a database’s process nor its shared memory behind', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'killed-'));
  const program = join(directory, 'program.ts');
  writeFileSync(
    program,
    `import { Cloud } from ${JSON.stringify(join(cloudFolder, 'state'))};
     import { startServer } from ${JSON.stringify(join(cloudFolder, 'services', 'rds', 'postgres', 'server'))};
     import { databaseAccount, databaseFolder } from ${JSON.stringify(join(cloudFolder, 'services', 'rds', 'postgres', 'account'))};
     const cloud = new Cloud(${JSON.stringify(directory)});
     databaseFolder(cloud, cloud.directory + '/rds');
     databaseFolder(cloud, cloud.directory + '/rds/one', databaseAccount());
     startServer({ cloud, directory: cloud.directory + '/rds/one/data', names: ['db'], forceTls: true, onLog() {} })
       .then(() => console.log('ready'));`,
  );
  const parent = spawn(process.execPath, ['--require', 'tsx/cjs', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await new Promise((ready) => parent.stdout.once('data', ready));
    const file = readFileSync(join(directory, 'rds', 'one', 'data', 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(file[0]);
    const [, segment] = file[6]!.trim().split(/\s+/);
    const table = '/proc/sysvipc/shm';
    const holds = () =>
      existsSync(table) && new RegExp(`^\\s*\\S+\\s+${segment}\\s`, 'm').test(readFileSync(table, 'utf8'));
    expect(runs(pid)).toBe(true);
    expect(holds()).toBe(existsSync(table));
    parent.kill('SIGKILL');
    await until(() => !runs(pid) && !holds(), 8000);
  } finally {
    parent.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}, 60_000);
