import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RehearsalReport } from '../../session/report';

const root = join(__dirname, '../../..');

test('without --approve it asks before staging, and "no" ends it with a clear message and a non-zero exit', () => {
  const program = ['--require', require.resolve('tsx/cjs'), join(root, 'rehearsal/rehearse.ts')];
  const { status, stdout } = spawnSync(process.execPath, program, { cwd: root, input: 'no\n', encoding: 'utf8' });
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();

  expect(stdout).toMatch(
    new RegExp(
      `Deliver commit ${commit} to staging\\? Services: .*payment-api new, content-[0-9a-f]{16}.* Permissions: \\d+ more`,
    ),
  );
  expect(stdout).toContain('Failed action: approval in stage staging\n  rejected on the terminal');
  expect(status).toBe(1);
  const report = JSON.parse(readFileSync(join(root, 'reports/rehearsal/report.json'), 'utf8')) as RehearsalReport;
  const executed = report.actions.filter((a) => a.stage === 'staging' || a.stage === 'prod');
  expect(executed.map((a) => `${a.stage} ${a.name} ${a.status}`)).toEqual([
    'staging changes Succeeded',
    'staging approval Failed',
  ]);
}, 300_000);
