import type { RehearsalReport } from '../../session/report';
import { describe as text } from '../../session/report-text';

const action = { execution: 'two', stage: 'dev', provider: 'CodeBuild', seconds: 1 };
const check = { execution: 'two', stage: 'dev', action: 'live-checks', suite: 'logs', seconds: 0.1 };
const report = (changes: Partial<RehearsalReport>): RehearsalReport => ({
  pipeline: 'payment-delivery',
  commit: 'a'.repeat(40),
  executions: [
    { id: 'one', status: 'Cancelled', started: '', seconds: 1 },
    { id: 'two', status: 'Succeeded', started: '', seconds: 1 },
  ],
  last: 'two',
  actionsDefined: 3,
  actionsExecuted: 3,
  notExecuted: [],
  actions: [],
  checks: [],
  deployments: [],
  served: [],
  traffic: [],
  unread: [],
  notReal: ['AWS.'],
  succeeded: true,
  ...changes,
});

test('a success: executions, actions, checks of the newest execution, and what was not real', () => {
  const checks = [
    { ...check, name: 'fresh events', status: 'SUCCEEDED' as const },
    { ...check, execution: 'one', name: 'fresh events', status: 'FAILED' as const },
  ];
  const lines = text(report({ checks, evidence: 'kept' }), 'reports/rehearsal');
  expect(lines).toContain('Evidence      s3://kept, copied to reports/rehearsal/evidence');
  expect(lines).toContain('  before it   one: Cancelled');
  expect(lines).toContain('Actions       3 of the 3 that the pipeline defines were executed');
  expect(lines).toContain('Checks        1 of 1 passed (dev 1)');
  expect(lines).toContain('Not real      AWS.');
  expect(lines.at(-1)).toBe('The rehearsal succeeded. Report: reports/rehearsal');
});

test('a failure: the last lines name action, check, log and report', () => {
  const lines = text(
    report({
      succeeded: false,
      actions: [{ ...action, name: 'live-checks', status: 'Failed', error: 'Build terminated', log: 'logs/x.log' }],
      checks: [{ ...check, name: 'fresh events', status: 'FAILED', message: 'none in 60 s' }],
    }),
    'reports/rehearsal',
  );
  expect(lines.slice(lines.indexOf('Failed action: live-checks in stage dev'))).toEqual([
    'Failed action: live-checks in stage dev',
    '  Build terminated',
    '  Log: logs/x.log',
    '  Failed check: logs › fresh events',
    '    none in 60 s',
    '',
    'The rehearsal FAILED. Report: reports/rehearsal',
  ]);
});

test('without a failed check, the log’s own last lines; without a failed action, what was not executed and failed requests', () => {
  const failed = {
    ...action,
    name: 'release',
    status: 'Failed',
    error: 'exit 1',
    lastLines: ['payment-api: unhealthy'],
  };
  expect(text(report({ succeeded: false, actions: [failed] }), 'r')).toContain('    payment-api: unhealthy');
  const traffic = [
    {
      stage: 'dev',
      url: '',
      requests: 9,
      seconds: 10,
      versions: {},
      failures: 1,
      firstFailures: [{ time: 'noon', what: '/health: 502' }],
    },
  ];
  const lines = text(report({ succeeded: false, notExecuted: ['prod/release'], traffic }), 'r');
  expect(lines).toContain('Not executed: prod/release');
  expect(lines).toContain('Failed requests in dev: 1, the first: /health: 502 at noon');
});
