// Fails where a package of package-lock.json has no licence or one that is not permissive, and names it. Works offline: reads
// the installed packages, and the lock file for those that this platform leaves out.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Permissive licences, by their SPDX identifiers. Add one only when its text asks for no more than attribution. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0', // data, as in caniuse-lite
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Judges an SPDX expression: of alternatives one has to be allowed, of licences that hold together all. */
function isAllowed(expression) {
  const plain = expression.trim().replace(/^\((.*)\)$/, '$1');
  // Nested expressions do not occur; one that does is refused and named, so that a person looks.
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isAllowed);
  return plain.split(' AND ').every((licence) => allowed.has(licence.trim()));
}

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const wrong = [];
let judged = 0;
for (const [path, locked] of Object.entries(packages)) {
  if (!path.includes('node_modules/') || locked.link) continue;
  judged++;
  const manifest = join(root, path, 'package.json');
  const { license, licenses } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : locked;
  // Old packages write {type} or a list of such; a list offers alternatives.
  const expression = [license ?? licenses ?? locked.license ?? []]
    .flat()
    .map((one) => one.type ?? one)
    .join(' OR ');
  if (!expression || !isAllowed(expression)) wrong.push(`${path} ${locked.version}: ${expression || 'no licence'}`);
}

if (judged === 0) wrong.push('package-lock.json lists no packages');
if (wrong.length) {
  console.error(
    `Not permissive:\n  ${wrong.join('\n  ')}\nUse another package; docs/decisions/0006-dependencies.md says why.`,
  );
  process.exit(1);
}
console.log(`${judged} packages, all with a permissive licence`);
