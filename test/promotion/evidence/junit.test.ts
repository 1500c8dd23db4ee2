import { junitXml } from '../../../integration-tests/runner/junit';
import { checksIn } from '../../../promotion/evidence/junit';

const passed = { path: ['logs', 'groups', 'are kept'], seconds: 0.25, failures: [], skipped: false };

test('what the live checks write is read', () => {
  const failures = ['expected <30> & "more"\nsecond line', 'another'];
  const checks = checksIn(
    junitXml([
      passed,
      { ...passed, path: ['logs', 'has a key'], failures },
      { ...passed, path: ['alarms', 'are there'], skipped: true },
    ]),
  );
  expect(checks).toEqual([
    { suite: 'logs', name: 'groups › are kept', outcome: 'passed', seconds: 0.25 },
    {
      suite: 'logs',
      name: 'has a key',
      outcome: 'failed',
      seconds: 0.25,
      message: 'expected <30> & "more"\nsecond line\nanother',
    },
    { suite: 'alarms', name: 'are there', outcome: 'skipped', seconds: 0.25 },
  ]);
});

test('of a long failure the first twelve lines are kept', () => {
  const long = Array.from({ length: 40 }, (_, i) => `line ${i + 1}`).join('\n');
  const [check] = checksIn(junitXml([{ ...passed, failures: [long] }]));
  expect(check!.message!.split('\n')).toHaveLength(12);
  expect(check!.message).toMatch(/line 12$/);
});

test('a report without a check is an error', () => {
  expect(() => checksIn(junitXml([]))).toThrow('holds no check');
});

test('a check without attributes reads as one without them', () => {
  expect(checksIn('<testcase name="x"/>')).toEqual([{ suite: '', name: 'x', outcome: 'passed', seconds: 0 }]);
});
