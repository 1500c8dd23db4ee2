import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { RehearsalReport } from './report';

/** Writes report.json, report.xml (JUnit) and the builds' logs, in place of the last rehearsal's. Returns the report with the logs' new places. */
export function writeReport(report: RehearsalReport, folder: string): RehearsalReport {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'logs'), { recursive: true });
  const actions = report.actions.map((action) => {
    if (!action.log || !existsSync(action.log)) return action;
    const kept = join(folder, 'logs', basename(action.log));
    copyFileSync(action.log, kept);
    return { ...action, log: relative(process.cwd(), kept) };
  });
  const written = { ...report, actions };
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(written, null, 2)}\n`);
  writeFileSync(join(folder, 'report.xml'), junit(written));
  return written;
}

interface Case {
  suite: string;
  name: string;
  seconds: number;
  failure?: string;
  skipped?: boolean;
}

function junit({ actions, checks, last, notExecuted, pipeline }: RehearsalReport): string {
  const cases: Case[] = [
    ...actions
      .filter((a) => a.execution === last && !a.retried)
      .map((a) => ({
        suite: `${pipeline}: ${a.stage}`,
        name: a.name,
        seconds: a.seconds,
        failure: a.status === 'Failed' ? (a.error ?? 'failed') : undefined,
        skipped: a.status === 'Abandoned',
      })),
    ...notExecuted
      .filter((name) => !actions.some((a) => a.execution === last && `${a.stage}/${a.name}` === name))
      .map((name) => ({
        suite: `${pipeline}: ${name.split('/')[0]}`,
        name: name.split('/')[1]!,
        seconds: 0,
        skipped: true,
      })),
    ...checks
      .filter((c) => !c.retried)
      .map((c) => ({
        suite: `checks of ${c.stage}: ${c.suite}`,
        name: c.name,
        seconds: c.seconds,
        failure: c.status === 'FAILED' ? (c.message ?? 'failed') : undefined,
        skipped: c.status === 'SKIPPED',
      })),
  ];
  const suites = [...new Set(cases.map((c) => c.suite))].map((suite) => {
    const own = cases.filter((c) => c.suite === suite);
    const failures = own.filter((c) => c.failure).length;
    return [
      `  <testsuite name="${escape(suite)}" tests="${own.length}" failures="${failures}">`,
      ...own.map(testcase),
      '  </testsuite>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

function testcase({ name, suite, seconds, failure, skipped }: Case): string {
  const start = `    <testcase classname="${escape(suite)}" name="${escape(name)}" time="${seconds}"`;
  if (failure)
    return `${start}><failure message="${escape(failure.split('\n')[0]!)}">${escape(failure)}</failure></testcase>`;
  return skipped ? `${start}><skipped/></testcase>` : `${start}/>`;
}

const escape = (text: string) =>
  text
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
    // eslint-disable-next-line no-control-regex -- XML has no way to write these
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '');
