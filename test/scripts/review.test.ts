import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { review } from '../../scripts/review';
import { gitHubServer, runVariables } from '../pipeline/github/github-server';
import { synthesizedAnew } from '../pipeline/support';
import { commandIn } from './command-support';

const command = commandIn(review);
beforeAll(() => void synthesizedAnew({ outdir: join(command.directory, 'assembly') }));
afterAll(command.end);

test.each([
  ['a fork', { full_name: 'mallory/pay' }],
  ['a fork that was deleted', null],
])('the run of %s writes to its own page, and asks GitHub for nothing', async (_, repo) => {
  const pull_request = { number: 5, base: { sha: 'a'.repeat(40) }, head: { sha: 'b'.repeat(40), repo } };
  writeFileSync(join(command.directory, 'event.json'), JSON.stringify({ pull_request }));
  const server = await gitHubServer();
  const variables = runVariables(server.url, command.directory);
  const { code, said } = await command.run('--base assembly --head assembly', variables);
  await server.end();
  expect([code, said]).toEqual([0, 'From a fork: what would change is on the page of the run']);
  expect(readFileSync(join(command.directory, 'summary.md'), 'utf8')).toContain('Nothing: the templates of every');
  expect(server.asked).toEqual([]);
});

test('both assemblies have to be named', async () => {
  const { code, said } = await command.run('--base assembly');
  expect([code, said]).toEqual([2, expect.stringContaining('Give both, --base and --head')]);
});
