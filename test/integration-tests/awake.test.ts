import { onceAwake } from '../../integration-tests/support/awake';
import type { Pace } from '../../promotion/wait';

/** Time that passes by sleeping only. */
function pace(): Pace & { slept: number } {
  const clock = { slept: 0, seconds: 5, now: () => clock.slept, sleep: (s: number) => wait(s) };
  const wait = async (seconds: number) => void (clock.slept += seconds);
  return clock;
}
const named = (name: string) => Object.assign(new Error(name), { name });

test('a function that lost its network interfaces is tried until it has them back', async () => {
  const invoke = jest
    .fn<Promise<string>, []>()
    .mockRejectedValueOnce(named('ResourceNotReadyException'))
    .mockRejectedValueOnce(named('ResourceConflictException'))
    .mockResolvedValue('answer');
  const clock = pace();
  await expect(onceAwake('probe', clock, invoke)).resolves.toBe('answer');
  expect(invoke).toHaveBeenCalledTimes(3);
  expect(clock.slept).toBe(10);
});

test('one that stays without them is given up after five minutes, by name', async () => {
  const clock = pace();
  const invoke = () => Promise.reject(named('ENINotReadyException'));
  await expect(onceAwake('payment-probe-dev', clock, invoke)).rejects.toThrow(
    'waited 300 s for function payment-probe-dev to get its network interfaces back',
  );
  expect(clock.slept).toBe(300);
});

test('any other error is told at once', async () => {
  const clock = pace();
  await expect(onceAwake('probe', clock, () => Promise.reject(named('AccessDeniedException')))).rejects.toThrow(
    'AccessDenied',
  );
  expect(clock.slept).toBe(0);
});
