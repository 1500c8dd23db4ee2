// npm run test:mutation: changes the code in small ways, one at a time, and sees whether a test notices. Reports are written to
// reports/mutation. Fails where less than 90 % of a group's changes are noticed.
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import mutation from './groups.js';

const { groups } = mutation;
const threshold = 90;
const usage = `Usage: npm run test:mutation -- [group]... [--file <path>]...
Groups: ${Object.keys(groups).join(', ')}; all, if none is given
  --file <path>   change this file of the group only; may be repeated`;

/** Folders and files that the tests of all groups need. */
const kept = [
  'configuration.json',
  'declarations',
  'integration-tests',
  'jest.config.js',
  'package.json',
  'pipeline',
  'promotion',
  'rehearsal',
  'stages',
  'stacks',
  'test',
  'tsconfig.json',
];

/** Changes of one group's files, how many of them were noticed, and seconds. A function of Stryker: it sets the exit code below the threshold. */
async function mutate(group, files) {
  const began = Date.now();
  // Jest's configuration reads it, in Stryker's processes.
  process.env.MUTATION_GROUP = group;
  const stryker = new Stryker({
    mutate: files ?? groups[group].mutate,
    testRunner: 'jest',
    jest: { configFile: 'test/mutation/jest.config.js' },
    coverageAnalysis: 'perTest',
    // What ends in time counts as noticed: a machine with other work must not be taken for an endless loop.
    timeoutMS: 30_000,
    concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
    thresholds: { high: 100, low: threshold, break: threshold },
    reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
    logLevel: 'warn',
    clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `reports/mutation/${group}.html` },
    jsonReporter: { fileName: `reports/mutation/${group}.json` },
    // Stryker works in a copy; it takes what the tests need.
    tempDirName: 'reports/mutation/copy',
    ignorePatterns: ['/*', ...kept.map((name) => `!/${name}`)],
    disableTypeChecks: true,
    allowConsoleColors: false,
  });
  const results = await stryker.runMutationTest();
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const changes = noticed + count('Survived', 'NoCoverage');
  if (changes === 0) throw new Error(`Nothing was changed in group ${group}: see test/mutation/groups.js`);
  const percent = Math.floor((1000 * noticed) / changes) / 10;
  return { changes, noticed, percent, seconds: Math.round((Date.now() - began) / 1000) };
}

function asked() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { file: { type: 'string', multiple: true } },
    });
    const unknown = positionals.find((group) => !(group in groups));
    if (unknown) throw new Error(`There is no group '${unknown}'`);
    if (values.file && positionals.length !== 1) throw new Error('Files are of one group: name it');
    return { names: positionals.length ? positionals : Object.keys(groups), files: values.file };
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    process.exit(2);
  }
}

const { names, files } = asked();
const rows = {};
for (const name of names) rows[name] = await mutate(name, files);
console.table(rows);
