import type { Evidence } from '../../../declarations/evidence';
import { changes, obstacles, type Possible, whereTo } from '../../../promotion/decisions/going-back';
import { digestOf, promotedEvidence } from '../../declarations/evidence-support';

const revision = (name: string, n: number) => `arn:aws:ecs:us-east-1:333333333333:task-definition/${name}:${n}`;
/** A promotion in which payment-api got this revision. */
const promotion = (n: number, execution = `execution-${n}`, more: Partial<Evidence> = {}): Evidence => ({
  ...promotedEvidence,
  ...{ execution, commit: `commit-${n}` },
  services: promotedEvidence.services.map((s) =>
    s.name === 'payment-api' ? { ...s, taskDefinition: revision('payment-api', n) } : s,
  ),
  ...more,
});
const fraud = promotedEvidence.services[1]!.taskDefinition;
const serving = (n: number) =>
  new Map<string, string | undefined>([
    ['payment-api', revision('payment-api', n)],
    ['fraud-detection', fraud],
  ]);
const services = ['payment-api', 'fraud-detection'];
const executionOf = (all: Evidence[], n: number) => {
  const found = whereTo(all, services, serving(n));
  return 'refused' in found ? found.refused : found.target.execution;
};
const wentBack = (to: number, from: string) =>
  promotion(to, `rollback-${to}`, { rollback: { by: 'arn:anna', reason: 'errors', from } });

describe('where to go back to', () => {
  test('the release before the one that was promoted last', () => {
    expect(whereTo([promotion(3), promotion(2), promotion(1)], services, serving(3))).toMatchObject({
      target: { execution: 'execution-2' },
      from: { execution: 'execution-3' },
    });
  });
  test('one that changed nothing is passed over', () => {
    expect(executionOf([promotion(3, 'docs'), promotion(3), promotion(2)], 3)).toBe('execution-2');
  });
  test('one that somebody went back from is not good, and is never gone back to', () => {
    const again = [wentBack(2, 'execution-3'), promotion(3), promotion(2), promotion(1)];
    expect(executionOf(again, 2)).toBe('execution-1');
  });
  test('what was left twice is gone past twice, whichever execution promoted it', () => {
    const all = [
      wentBack(1, 'rollback-2'),
      wentBack(2, 'execution-3'),
      promotion(3),
      promotion(2),
      promotion(1),
      promotion(0),
    ];
    expect(executionOf(all, 1)).toBe('execution-0');
  });
  test('what was left is known by its revisions, in whichever order its services were declared then', () => {
    const same = promotion(3, 'same');
    const all = [
      wentBack(2, 'execution-3'),
      promotion(3),
      { ...same, services: [...same.services].reverse() },
      promotion(1),
    ];
    expect(executionOf(all, 2)).toBe('execution-1');
  });
  test('a delivery after going back is left to what was gone back to', () => {
    const all = [promotion(4), wentBack(2, 'execution-3'), promotion(3), promotion(2)];
    expect(executionOf(all, 4)).toBe('rollback-2');
  });
  test.each<[string, Evidence[], string]>([
    ['nothing was promoted', [], 'Nothing was promoted here yet'],
    ['only one was', [promotion(3)], 'No good release was promoted before commit commit-3 (execution execution-3)'],
    ['all before ran the same', [promotion(3, 'docs'), promotion(3)], 'No good release was promoted before'],
    [
      'the one before lacks a service',
      [promotion(3), { ...promotion(2), services: promotion(2).services.slice(0, 1) }],
      'The good release before, commit commit-2 (execution execution-2), has no fraud-detection: go forward instead.',
    ],
    [
      'the one before lacks all services',
      [promotion(3), { ...promotion(2), services: [{ ...promotion(2).services[0]!, name: 'ledger' }] }],
      'has no payment-api, fraud-detection: go forward instead.',
    ],
  ])('refused: %s', (_, all, says) => expect(executionOf(all, 3)).toContain(says));
});

test('changes tell each service that goes back, from what serves to what served', () => {
  expect(changes(promotion(2), serving(3))).toEqual([
    { service: 'payment-api', from: revision('payment-api', 3), to: revision('payment-api', 2) },
  ]);
});

describe('what is in the way', () => {
  const target = promotion(2);
  const possible = (change: Partial<Possible> = {}): Possible => ({
    revisions: new Map(target.services.map((s) => [s.taskDefinition, 'ACTIVE'])),
    images: new Map(target.services.map((s) => [s.name, s.digest!])),
    inFlight: new Map(),
    ...change,
  });
  test('nothing', () => expect(obstacles(target, possible())).toEqual([]));
  test('a release without a digest takes the image as it is', () => {
    const without = { ...target, services: target.services.map((s) => ({ ...s, digest: null })) };
    expect(obstacles(without, possible())).toEqual([]);
  });
  test.each<[string, Partial<Possible>, string]>([
    [
      'an inactive revision',
      {
        revisions: new Map([
          [revision('payment-api', 2), 'INACTIVE'],
          [fraud, 'ACTIVE'],
        ]),
      },
      `payment-api: revision ${revision('payment-api', 2)} is INACTIVE: nothing new runs it.`,
    ],
    [
      'a deleted revision',
      { revisions: new Map([[revision('payment-api', 2), 'ACTIVE']]) },
      `fraud-detection: revision ${fraud} is gone: nothing new runs it.`,
    ],
    [
      'an expired image',
      { images: new Map([['payment-api', digestOf('a')]]) },
      'fraud-detection: the registry has no image fedcba9876543210 any more.',
    ],
    [
      'another image under the tag',
      {
        images: new Map([
          ['payment-api', digestOf('a')],
          ['fraud-detection', digestOf('c')],
        ]),
      },
      `fraud-detection: the image fedcba9876543210 is ${digestOf('c')}, and the release ran ${digestOf('b')}.`,
    ],
    [
      'a deployment in flight',
      { inFlight: new Map([['payment-api', 'd-1']]) },
      'payment-api: deployment d-1 is in flight. Let it end, or stop it with promotion.js stop.',
    ],
  ])('%s', (_, change, says) => expect(obstacles(target, possible(change))).toEqual([says]));
});
