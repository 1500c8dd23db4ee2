import type { RehearsalReport } from './report';

/** The last lines of a rehearsal: what it did, and where it failed. */
export function describe(report: RehearsalReport, folder: string): string[] {
  const { actionsDefined: defined, actionsExecuted: executed, executions } = report;
  const checks = report.checks.filter((c) => c.execution === report.last && !c.retried);
  const passed = checks.filter((c) => c.status === 'SUCCEEDED').length;
  const ran = checks.filter((c) => c.status !== 'SKIPPED').length;
  const last = executions.at(-1);
  return [
    '',
    `Execution     ${last ? `${last.id} of commit ${report.commit.slice(0, 12)}: ${last.status}` : 'none'}`,
    ...executions.slice(0, -1).map((e) => `  before it   ${e.id}: ${e.status}`),
    `Actions       ${executed} of the ${defined} that the pipeline defines were executed`,
    `Checks        ${passed} of ${ran} passed${byStage(checks)}`,
    ...promotions(report),
    ...served(report),
    ...traffic(report),
    ...evidence(report, folder),
    'Not real      ' + report.notReal.join('\n              '),
    ...problems(report),
    '',
    `${report.succeeded ? 'The rehearsal succeeded.' : 'The rehearsal FAILED.'} Report: ${folder}`,
  ];
}

function byStage(checks: RehearsalReport['checks']): string {
  const stages = [...new Set(checks.map((c) => c.stage))];
  if (!stages.length) return '';
  return ` (${stages.map((s) => `${s} ${checks.filter((c) => c.stage === s).length}`).join(', ')})`;
}

const promotions = ({ deployments }: RehearsalReport) =>
  table(
    'Promotions',
    deployments.map((d) => `${d.stage.padEnd(8)} ${d.group}  ${d.id}  ${d.status}${d.message ? `: ${d.message}` : ''}`),
    'none by CodeDeploy: the first deployment of a service is made by ECS itself',
  );

const served = ({ served: all }: RehearsalReport) =>
  table(
    'Served',
    all.map((s) => `${s.stage.padEnd(8)} ${s.service} ${s.version} on ${s.listenerPort}: ${s.requests} requests`),
    'nothing, by the access logs',
  );

const traffic = ({ traffic: all }: RehearsalReport) =>
  table(
    'Traffic',
    all.map((t) => {
      const versions = Object.entries(t.versions).map(([version, count]) => `${version} ${count}`);
      return `${t.stage.padEnd(8)} ${t.requests} requests (${Math.round(t.requests / (t.seconds || 1))} a second), ${t.failures} failed; answered by ${versions.join(', ') || 'nobody'}`;
    }),
    'none',
  );

const evidence = ({ evidence: bucket }: RehearsalReport, folder: string): string[] =>
  bucket ? table('Evidence', [`s3://${bucket}, copied to ${folder}/evidence`], '') : [];

function table(title: string, rows: string[], otherwise: string): string[] {
  return (rows.length ? rows : [otherwise]).map((row, i) => `${(i ? '' : title).padEnd(14)}${row}`);
}

/** What failed comes last, so that it is what a person reads first. */
function problems(report: RehearsalReport): string[] {
  const lines: string[] = [];
  const failed = report.actions.filter((a) => a.execution === report.last && !a.retried && a.status === 'Failed');
  for (const action of failed) {
    lines.push('', `Failed action: ${action.name} in stage ${action.stage}`);
    lines.push(
      ...(action.error ?? '')
        .split('\n')
        .slice(0, 6)
        .map((line) => `  ${line}`),
    );
    const checks = report.checks.filter(
      (c) =>
        c.status === 'FAILED' &&
        !c.retried &&
        c.execution === report.last &&
        c.stage === action.stage &&
        c.action === action.name,
    );
    if (!checks.length) lines.push(...(action.lastLines ?? []).map((line) => `    ${line}`));
    if (action.log) lines.push(`  Log: ${action.log}`);
    for (const check of checks) {
      lines.push(`  Failed check: ${[check.suite, check.name].filter(Boolean).join(' › ')}`);
      lines.push(
        ...(check.message ?? '')
          .split('\n')
          .slice(0, 6)
          .map((line) => `    ${line}`),
      );
    }
  }
  if (!failed.length && report.notExecuted.length) lines.push('', `Not executed: ${report.notExecuted.join(', ')}`);
  for (const what of report.unread) lines.push('', `Could not be read: ${what}`);
  for (const t of report.traffic.filter((one) => one.failures)) {
    lines.push(
      '',
      `Failed requests in ${t.stage}: ${t.failures}, the first: ${t.firstFailures[0]?.what} at ${t.firstFailures[0]?.time}`,
    );
  }
  return lines;
}
