import { UsageError } from '../../session/command-line';
import { readOptions } from '../../session/options';

test('the defaults: ask, end afterwards, sixty times faster, any port', () => {
  expect(readOptions([])).toEqual({
    approve: false,
    keep: false,
    verbose: false,
    speed: 60,
    port: 0,
    system: undefined,
  });
});

test('every option is read', () => {
  expect(
    readOptions('--approve --keep --verbose --speed 2.5 --port 4566 --system payment-platform'.split(' ')),
  ).toEqual({
    approve: true,
    keep: true,
    verbose: true,
    speed: 2.5,
    port: 4566,
    system: 'payment-platform',
  });
  expect(readOptions(['--help'])).toBe('help');
});

test.each([
  [['--aprove'], "Unknown option '--aprove'"],
  [['now'], "Unexpected argument 'now'"],
  [['--speed', '0'], '--speed 0: use a number from 1'],
  [['--port', '65536'], '--port 65536: use a number from 0 to 65535'],
  [['--port', '1.5'], '--port 1.5'],
  [['--system'], "'--system"],
])('%j is refused', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(message);
});
