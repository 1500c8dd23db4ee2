import { compilePattern } from '../../cloud/services/logs/pattern';

const line = JSON.stringify({ level: 'error', status: 502, path: '/api/payments', nested: { ok: false }, list: [1] });

test.each([
  ['', true],
  ['error', true],
  ['error payments', true],
  ['error absent', false],
  ['?absent ?payments', true],
  ['error -payments', false],
  ['"/api/payments"', true],
  ['{ $.level = "error" }', true],
  ['{ $.level = "err*" && $.status >= 500 }', true],
  ['{ ($.status < 500) || ($.nested.ok IS FALSE) }', true],
  ['{ $.status != 502 }', false],
  ['{ $.missing NOT EXISTS }', true],
  ['{ $.missing = "x" }', false],
  ['{ $.list[0] = 1 }', true],
])('%s matches: %s', (pattern, expected) => {
  expect(compilePattern(pattern)(line)).toBe(expected);
});

it('matches no plain text with a JSON pattern, and refuses half a pattern', () => {
  expect(compilePattern('{ $.level = "error" }')('level error')).toBe(false);
  expect(() => compilePattern('{ $.level = "error"')).toThrow('Invalid filter pattern');
  expect(() => compilePattern('{ level = 1 }')).toThrow('Invalid filter pattern');
});
