import { differences, digestsIn } from '../../../promotion/decisions/same-artifact';
import { digestOf, promotedEvidence } from '../../declarations/evidence-support';

const [a, b, c] = ['a', 'b', 'c'].map(digestOf) as [string, string, string];
const running = (api: string[], fraud = [b]) => [
  { service: 'payment-api', digests: api },
  { service: 'fraud-detection', digests: fraud },
];

test('the same digest of each service is no difference', () => {
  expect(differences('prod', running([a]), promotedEvidence)).toEqual([]);
});

test.each<[string, ReturnType<typeof running>, string]>([
  ['another digest', running([c]), `payment-api: prod runs ${c}; staging's evidence has ${a}`],
  ['two digests', running([a, c]), `payment-api: prod runs ${a} and ${c}; staging's evidence has ${a}`],
  [
    'no task',
    running([]),
    `payment-api: prod runs no image, because no task of the new revision runs; staging's evidence has ${a}`,
  ],
  ['a rolling service', running([a], [c]), `fraud-detection: prod runs ${c}; staging's evidence has ${b}`],
  [
    'a service that was not there',
    [...running([a]), { service: 'ledger', digests: [c] }],
    `ledger: prod runs ${c}; staging's evidence has no such service`,
  ],
])('%s is one, told with both', (_, found, told) => {
  expect(differences('prod', found, promotedEvidence)).toEqual([told]);
});

test('a stage before without a digest has promoted nothing to compare with', () => {
  const before = { ...promotedEvidence, services: promotedEvidence.services.map((s) => ({ ...s, digest: null })) };
  expect(differences('prod', [{ service: 'payment-api', digests: [] }], before)).toEqual([
    "payment-api: prod runs no image, because no task of the new revision runs; staging's evidence has no digest",
  ]);
});

test('what the stage before refused goes no further', () => {
  const refusal = { step: 'live-checks', reasons: ['x'] };
  expect(differences('prod', running([a]), { ...promotedEvidence, outcome: 'refused', refusal })).toEqual([
    'staging was not promoted in this execution: refused',
  ]);
});

test("digests are those of the service's own container, in tasks of the revision, each once", () => {
  const task = (taskDefinitionArn: string, imageDigest?: string) => ({
    taskDefinitionArn,
    containers: [
      { name: 'collector', imageDigest: digestOf('9') },
      { name: 'payment-api', imageDigest },
    ],
  });
  const tasks = [
    task('new', b),
    task('new', a),
    task('new', b),
    task('new'),
    task('old', c),
    { taskDefinitionArn: 'new' },
  ];
  expect(digestsIn(tasks, { name: 'payment-api' }, 'new')).toEqual([a, b]);
});
