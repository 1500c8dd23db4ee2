import type { Result } from './results';

/** The results as JUnit XML, as CodeBuild's test reports read it: a suite for each outermost name. */
export function junitXml(results: Result[]): string {
  const suites = [...new Set(results.map((r) => r.path[0]!))];
  const lines = suites.flatMap((suite) =>
    suiteXml(
      suite,
      results.filter((r) => r.path[0] === suite),
    ),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...lines, '</testsuites>', ''].join('\n');
}

function suiteXml(suite: string, results: Result[]): string[] {
  const failures = results.filter((r) => r.failures.length).length;
  const skipped = results.filter((r) => r.skipped).length;
  const time = results.reduce((sum, r) => sum + r.seconds, 0).toFixed(3);
  const attributes = `name="${escape(suite)}" tests="${results.length}" failures="${failures}" skipped="${skipped}" time="${time}"`;
  return [`  <testsuite ${attributes}>`, ...results.flatMap((r) => caseXml(suite, r)), '  </testsuite>'];
}

function caseXml(suite: string, { path, seconds, failures, skipped }: Result): string[] {
  const name = path.slice(1).join(' › ');
  const open = `    <testcase classname="${escape(suite)}" name="${escape(name)}" time="${seconds.toFixed(3)}"`;
  if (skipped) return [`${open}><skipped/></testcase>`];
  if (!failures.length) return [`${open}/>`];
  const told = failures.map((f) => `      <failure message="${escape(f.split('\n')[0]!)}">${escape(f)}</failure>`);
  return [`${open}>`, ...told, '    </testcase>'];
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Control characters, such as a terminal's colours, may not stand in XML at all. */
function escape(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"]/g, (c) => entities[c]!).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}
