import type { Row } from '../../drills/drill';
import { line, markdown } from '../../drills/report';

const row: Row = {
  name: 'alarm-deleted',
  fault: 'an alarm is gone',
  expected: 'fails at live check alarms',
  seen: 'alarms › has its alarms',
  wrong: [],
  seconds: 6.54,
};
const missed = { ...row, name: 'other', seen: 'Succeeded', wrong: ['the execution has Succeeded', 'promoted: a|b'] };

test('a line for each drill, and what went another way', () => {
  expect(line(row)).toEqual([
    expect.stringMatching(/^✓ alarm-deleted +6\.5 s {2}fails at live check alarms +alarms › has its/),
  ]);
  expect(line(missed).slice(1)).toEqual(['    the execution has Succeeded', '    promoted: a|b']);
});

test('the table says how many went as expected', () => {
  const table = markdown([row, missed], 'c0ffee00c0ffee');
  expect(table).toContain('1 of 2 went as expected');
  expect(table).toContain('| an alarm is gone | fails at live check alarms | alarms › has its alarms | 6.5 s |');
  expect(table).toContain('**not as expected**: the execution has Succeeded; promoted: a\\|b (Succeeded)');
});
