// Steps of the workflows that talk to GitHub or AWS, run as they are written.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { standIn } from '../programs/support';
import { synthesized } from '../support';
import { temporaryFolder } from '../temporary-folder';
import { type Answer, gitHubServer, runVariables } from './github-server';
import { root, stepsOf, workflows } from './workflow-files';

const run = promisify(execFile);
const platform: Answer = ({ target, path, method }) => {
  if (target === 'StartPipelineExecution') return { body: { pipelineExecutionId: 'one' } };
  if (target === 'ListPipelineExecutions') return { body: { pipelineExecutionSummaries: [] } };
  if (target === 'GetPipelineExecution') return { body: { pipelineExecution: { status: 'Succeeded' } } };
  if (target === 'ListActionExecutions') return { body: { actionExecutionDetails: [] } };
  if (path.startsWith('/repos/')) return { body: method === 'GET' ? [] : { id: 1 } };
  // AWS's other services: nobody may.
  return { status: 403, body: {} };
};

/** A clone with assemblies, in which the steps that talk to GitHub or AWS run as they are written: both are played by one server. */
async function executed(step: string) {
  const clone = temporaryFolder();
  for (const name of readdirSync(root)) {
    if (!['cdk.out', 'base', 'reports', 'coverage', '.git'].includes(name))
      symlinkSync(join(root, name), join(clone, name));
  }
  const assembly = synthesized().directory;
  for (const place of ['cdk.out', join('base', 'cdk.out')]) cpSync(assembly, join(clone, place), { recursive: true });
  const pull_request = {
    number: 5,
    base: { sha: 'a'.repeat(40) },
    head: { sha: 'b'.repeat(40), repo: { full_name: 'acme/pay' } },
  };
  writeFileSync(join(clone, 'event.json'), JSON.stringify({ pull_request }));
  mkdirSync(join(clone, 'stand-ins'));
  const npm = `case $1 in audit|outdated) echo '{}';; *) exec "$NPM" "$@";; esac`;
  const server = await gitHubServer(platform);
  const aws = {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_MAX_ATTEMPTS: '1',
  };
  const env = {
    ...process.env,
    ...runVariables(server.url, clone),
    ...aws,
    ...standIn(join(clone, 'stand-ins'), 'npm', npm),
    NPM: execFileSync('which', ['npm'], { encoding: 'utf8' }).trim(),
    POLL_SECONDS: '0',
  };
  try {
    const { stdout } = await run('bash', ['-e', '-c', step], { cwd: clone, env });
    return { said: stdout, asked: server.asked.filter(({ path }) => path.startsWith('/repos/')), clone };
  } finally {
    await server.end();
  }
}

describe('each step', () => {
  const all = [
    ...new Set([...workflows.values()].flatMap(({ workflow }) => stepsOf(workflow).flatMap(({ run: r }) => r ?? []))),
  ];
  const ci = readFileSync(join(root, '.ci', 'run'), 'utf8');
  const isOfCi = (step: string) =>
    ci.split('\n').some((line) => new RegExp(`^step [\\w-]+ `).test(line) && `${line} `.includes(` ${step} `));
  const talking = all.filter((step) => !isOfCi(step));

  test('is one that CI runs too, or that is run here', () => {
    expect(talking).toEqual([
      'npm run --silent github:access -- deliver',
      'npm run --silent github:deliver',
      'npm run --silent github:access -- follow',
      'npm run --silent github:late-deployments',
      'npm run --silent github:access -- drift',
      'npm run --silent nightly',
      'npm run --silent review -- --base base/cdk.out --head cdk.out',
    ]);
  });

  test.each([
    ['npm run --silent github:access -- deliver', /role\/payment-delivery-github in us-east-1/, []],
    ['npm run --silent github:access -- follow', /role\/payment-delivery-github-follow in us-east-1/, []],
    ['npm run --silent github:access -- drift', /role\/payment-delivery-github-drift in us-east-1/, []],
    ['npm run --silent github:deliver', /succeeded: Every stage was delivered/, []],
    ['npm run --silent github:late-deployments', /GitHub shows every delivery as it stands/, ['GET']],
    ['npm run --silent nightly', /There is something to do/, ['GET', 'POST']],
    ['npm run --silent review -- --base base/cdk.out --head cdk.out', /Commented on pull request 5/, ['GET', 'POST']],
  ])(
    '%s',
    async (step, said, calls) => {
      expect(talking).toContain(step);
      const done = await executed(step);
      expect(done.said).toMatch(said);
      expect(done.asked.map(({ method }) => method)).toEqual(calls);
    },
    120_000,
  );
});
