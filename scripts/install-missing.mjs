// Makes `npm test` and its like work on a fresh clone: runs `npm ci` where node_modules is not what package-lock.json says.
// Says nothing where there is nothing to do. Plain JavaScript, because it runs before tsx is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;

/** The first package that is absent or of another version; undefined where all are there. npm keeps a list of what it installed. */
function firstMissing() {
  const list = 'node_modules/.package-lock.json';
  if (!existsSync(join(root, list))) return 'node_modules';
  const installed = packagesOf(list);
  return Object.entries(packagesOf('package-lock.json'))
    .filter(([path, { optional, peer, link }]) => path.startsWith('node_modules/') && !optional && !peer && !link)
    .find(([path, { version }]) => installed[path]?.version !== version)?.[0];
}

const missing = firstMissing();
if (missing) {
  console.log(`Installing packages (${missing} is missing or of another version) ...`);
  const began = Date.now();
  const { status, error, stdout, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // On Windows npm is a script that only a shell starts.
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${stdout ?? ''}${stderr ?? ''}npm ci failed: ${error?.message ?? `exit code ${status}`}`);
    process.exit(1);
  }
  console.log(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
}
