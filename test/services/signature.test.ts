import { isSigned, sign } from '../../services/shared/signature';

const key = 'a key of the tests';
const other = 'another key of the tests';
const now = Date.parse('2026-01-01T00:00:00Z');
const call = { method: 'POST', path: '/assess', content: Buffer.from('{"amount":1}') };
const signature = sign(key, call, now);

test('a signature names its time and holds no key', () => {
  expect(signature).toMatch(/^t=1767225600,v1=[0-9a-f]{64}$/);
});

test('is good with the key, whichever of several it is, for five minutes', () => {
  expect(isSigned([key], call, signature, now)).toBe(true);
  expect(isSigned([other, key], call, signature, now)).toBe(true);
  expect(isSigned([key], call, signature, now + 299_000)).toBe(true);
  expect(isSigned([key], call, signature, now - 299_000)).toBe(true);
});

test.each([
  ['another key', isSigned([other], call, signature, now)],
  ['no key', isSigned([], call, signature, now)],
  ['another path', isSigned([key], { ...call, path: '/' }, signature, now)],
  ['another method', isSigned([key], { ...call, method: 'PUT' }, signature, now)],
  ['another body', isSigned([key], { ...call, content: Buffer.from('{"amount":2}') }, signature, now)],
  ['another time', isSigned([key], call, signature.replace('t=1767225600', 't=1767225601'), now)],
  ['later', isSigned([key], call, signature, now + 301_000)],
  ['earlier', isSigned([key], call, signature, now - 301_000)],
  ['no signature', isSigned([key], call, undefined, now)],
  ['something else', isSigned([key], call, 't=1767225600,v1=00', now)],
])('is not good with %s', (_, good) => {
  expect(good).toBe(false);
});
