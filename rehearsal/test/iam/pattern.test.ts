import { isResourceLike, resolved } from '../../cloud/iam/pattern';

test.each([
  ['arn:aws:*:role/step', 'arn:aws:iam::111111111111:role/step', true],
  ['arn:aws:ia*m::111111111111:role/step', 'arn:aws:ia:m::111111111111:role/step', false],
  ['arn:aws:iam::111111111111:*', 'arn:aws:iam::111111111111:role/a:b', true],
])('%s is like %s: %s; a * at the end of its segment goes beyond it', (pattern, resource, expected) => {
  expect(isResourceLike(pattern, resource)).toBe(expected);
});

test('spaces around a variable do not count', () => {
  expect(resolved('${ aws:username }', { 'aws:username': 'step' })).toBe('step');
});
