import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** What the rule engine says, and how it ends. */
const validate = (...args: string[]) =>
  new Promise<{ code: unknown; stderr: string }>((done) => {
    const env = { ...process.env, CDK_VALIDATION: 'true' };
    const program = ['--require', 'tsx/cjs', join(__dirname, 'validate.ts'), ...args];
    execFile(process.execPath, program, { env }, (error, _, stderr) => done({ code: error?.code ?? 0, stderr }));
  });

// 15 s on two quiet cores, where nothing else runs.
test("CDK's rules for templates find nothing, not a warning, in any system, environment or pipeline", async () => {
  expect(await validate()).toEqual({ code: 0, stderr: '' });
}, 180_000);

test('they look: a warning is told', async () => {
  const { stderr } = await validate('wrong');
  expect(stderr).toContain("WARNING AvailabilityZone: Avoid hardcoding availability zones 'us-east-1a'");
}, 60_000);
