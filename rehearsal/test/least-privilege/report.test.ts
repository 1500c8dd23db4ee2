import { line, markdown, numbers, type Row } from '../../least-privilege/report';

const row: Row = {
  role: 'payment-release-step-dev',
  statement: 2,
  actions: ['s3:PutObject'],
  step: 'dev release',
  when: 'the release fails',
  denied: { action: 's3:PutObject', resource: 'arn:aws:s3:::evidence/a|b' },
  alike: ['payment-release-step-staging', 'payment-release-step-prod'],
  seconds: 1.26,
  wrong: [],
};
const idle: Row = { ...row, statement: 3, denied: undefined, when: '', alike: [], wrong: ['no step uses it'] };

test('a line says what was denied, and when that is not every delivery', () => {
  expect(line(row)).toEqual([
    expect.stringMatching(/^✓ payment-release-step-dev 2 +1\.3 s {2}s3:PutObject on arn:aws:s3:::evidence/),
    '    dev release, when the release fails',
  ]);
  expect(line({ ...row, when: 'delivered' })).toHaveLength(1);
  expect(line(idle)).toEqual([expect.stringMatching(/^✗ .* 3 .*s3:PutObject$/), '    no step uses it']);
});

test('the same statements of other stages count', () => {
  expect(numbers([row, idle])).toMatch(/^3 of the 4 statements of 3 roles are needed: 1 of 2 were tried/);
});

test('the table names what nobody missed', () => {
  const table = markdown([row, idle], 'c0ffee00c0ffee');
  expect(table).toContain(
    '| payment-release-step-dev, 2 | dev release, the release fails | s3:PutObject on arn:aws:s3:::evidence/a\\|b | payment-release-step-staging, payment-release-step-prod |',
  );
  expect(table).toContain(
    '| payment-release-step-dev, 3 | dev release | **not missed**: no step uses it (s3:PutObject) |  |',
  );
});
