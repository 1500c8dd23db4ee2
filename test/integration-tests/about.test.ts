import { difference, eventually } from '../../integration-tests/support/about';

test.each([
  ['numbers', 1, 2, [1, 2]],
  ['lists', ['a'], ['a', 'b'], [['a'], ['a', 'b']]],
  ['a record and nothing', { a: 1 }, undefined, [{ a: 1 }, undefined]],
])('%s are told whole', (_, expected, found, told) => {
  expect(difference(expected, found)).toEqual(told);
});

test('of two records what differs is told, and what only one of them has', () => {
  const expected = { encrypted: true, days: 7, logs: ['postgresql'], zone: 'a' };
  const found = { encrypted: true, days: 1, logs: ['postgresql'], port: 5432 };
  expect(difference(expected, found)).toEqual([
    { days: 7, zone: 'a', port: null },
    { days: 1, zone: null, port: 5432 },
  ]);
});

test('records that print alike are told whole', () => {
  const expected = { tls: expect.any(String) as string };
  const record = { pattern: /x/ };
  expect(difference(record, { pattern: /x/ })[0]).toBe(record);
  expect(difference(expected, { tls: undefined })).toHaveLength(2);
});

describe('what settles after a deploy', () => {
  const subject = { resource: 'service api', look: 'aws ecs describe-services' };
  const named = (name: string) => Object.assign(new Error('User is not authorized'), { name });
  const failing = (error: Error) => jest.fn(() => Promise.reject(error));
  beforeEach(() => {
    process.env.POLL_SECONDS = '0.001';
  });
  afterEach(() => {
    delete process.env.POLL_SECONDS;
  });

  test('is looked at again, as often as was said', async () => {
    const look = failing(named('ServerException'));
    await expect(eventually(subject, look, 3)).rejects.toThrow(/service api\n {2}User is not.*looked: {3}3 times/s);
    expect(look).toHaveBeenCalledTimes(3);
  });

  test.each(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError'])(
    'is no %s: it is told at once',
    async (name) => {
      const look = failing(named(name));
      await expect(eventually(subject, look, 3)).rejects.toThrow(
        /^service api\n {2}User is not authorized\n {2}look at/,
      );
      expect(look).toHaveBeenCalledTimes(1);
    },
  );
});
