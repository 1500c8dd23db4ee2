/** A package of which there is a newer version. Source: npm, `npm outdated --json`. */
export interface Outdated {
  current?: string;
  latest: string;
}
/** Numbers of known vulnerabilities by severity. Source: npm, `npm audit --json`. */
export type Vulnerabilities = Record<string, number>;

export interface Nightly {
  /** What the drift command said, and whether it ended well. */
  drift: { isFound: boolean; lines: string[] };
  outdated: Record<string, Outdated>;
  vulnerabilities: Vulnerabilities;
  /** Page of the run. */
  url: string;
}

export const nightlyTitle = 'Drift and dependencies';

/** Whether there is something to do. */
export const hasFindings = ({ drift, outdated, vulnerabilities }: Nightly): boolean =>
  drift.isFound || Object.keys(outdated).length > 0 || known(vulnerabilities).length > 0;

/** The text of the one issue, as Markdown: what is the worst first. */
export function nightlyReport(nightly: Nightly): string {
  const { drift, outdated, vulnerabilities, url } = nightly;
  const severities = known(vulnerabilities).map(([severity, count]) => `${count} ${severity}`);
  const packages = Object.entries(outdated);
  return [
    `Written by [the nightly run](${url}), in place of what it said before. It closes when there is nothing left.`,
    '',
    `### ${drift.isFound ? '❌ Drift, or not checked' : '✅ No drift'}`,
    '',
    '```',
    ...drift.lines.map((line) => line.replaceAll('```', "'''")),
    '```',
    '',
    `### ${severities.length ? `❌ Known vulnerabilities: ${severities.join(', ')}` : '✅ No known vulnerabilities'}`,
    '',
    ...(severities.length ? ['`npm audit` names them.', ''] : []),
    `### ${packages.length ? `⚠️ Newer versions: ${packages.length}` : '✅ No newer versions'}`,
    '',
    ...(packages.length ? ['| package | here | newest |', '|---|---|---|'] : []),
    ...packages.map(([name, { current = 'not installed', latest }]) => `| \`${name}\` | ${current} | ${latest} |`),
  ].join('\n');
}

const known = (vulnerabilities: Vulnerabilities): [string, number][] =>
  Object.entries(vulnerabilities).filter(([severity, count]) => severity !== 'total' && count > 0);
