import { readArguments, UsageError } from '../../promotion/arguments';

test('the variables of a pipeline step are enough', () => {
  expect(
    readArguments(['promote'], {
      ...{ STAGE: 'dev', SYSTEM: 'payment-platform', COMMIT_ID: 'c0ffee' },
      ...{ POLL_SECONDS: '0.2', PATIENCE_SECONDS: '9', WAIT_SECONDS: '15' },
    }),
  ).toEqual({
    command: 'promote',
    stage: 'dev',
    system: 'payment-platform',
    services: [],
    commit: 'c0ffee',
    limits: { timeout: 3600, wait: 15, patience: 9 },
    poll: 0.2,
    reports: 'reports',
    refused: false,
  });
});

test('options come before variables', () => {
  const args =
    'watch --stage prod --service a --service b --commit d0 --timeout 1 --wait 2 --patience 3 --reports r --refused'.split(
      ' ',
    );
  const variables = { STAGE: 'dev', COMMIT_ID: 'c0ffee', PATIENCE_SECONDS: '9', WAIT_SECONDS: '9' };
  expect(readArguments(args, variables)).toEqual({
    command: 'watch',
    stage: 'prod',
    services: ['a', 'b'],
    commit: 'd0',
    limits: { timeout: 1, wait: 2, patience: 3 },
    poll: 5,
    reports: 'r',
    refused: true,
  });
});

test('0 seconds are a number of seconds', () => {
  const { limits, poll } = readArguments(['stop', '--wait', '0'], { STAGE: 'dev', POLL_SECONDS: '0' });
  expect([limits.wait, poll]).toEqual([0, 0]);
});

test('without a command the message is about nothing else', () => {
  expect(() => readArguments([], {})).toThrow(
    new UsageError('Give one command of watch, release, promote, stop, evidence'),
  );
});

test.each([
  ['nothing', [], {}, 'Give one command of watch, release, promote, stop, evidence'],
  ['another command', ['deploy'], {}, "not 'deploy'"],
  ['two commands', ['stop', 'watch'], {}, "not 'stop watch'"],
  ['no stage', ['stop'], {}, 'Which environment? Give --stage or set STAGE'],
  ['no commit', ['promote'], { STAGE: 'dev' }, 'Which commit is delivered?'],
  ['checks without a commit', ['evidence'], { STAGE: 'dev' }, 'Which commit is delivered?'],
  ['an unknown system', ['stop'], { STAGE: 'dev', SYSTEM: 'billing' }, 'Known systems: payment-platform'],
  ['an unknown option', ['stop', '--force'], {}, "Unknown option '--force'"],
  ['no number', ['stop', '--timeout', 'long'], { STAGE: 'dev' }, "--timeout is a number of seconds, not 'long'"],
  [
    'an endless one',
    ['stop', '--patience', 'Infinity'],
    { STAGE: 'dev' },
    "--patience is a number of seconds, not 'Infinity'",
  ],
  ['an empty number', ['stop'], { STAGE: 'dev', POLL_SECONDS: ' ' }, 'POLL_SECONDS is a number of seconds'],
  ['a negative number', ['stop', '--wait=-1'], { STAGE: 'dev' }, "--wait is a number of seconds, not '-1'"],
])('%s is a wrong call', (_, args, variables, message) => {
  expect(() => readArguments(args, variables)).toThrow(UsageError);
  expect(() => readArguments(args, variables)).toThrow(message);
});
