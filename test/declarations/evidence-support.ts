import type { Evidence } from '../../declarations/evidence';

export const digestOf = (character: string) => `sha256:${character.repeat(64)}`;

/** Evidence of a good release; tests change what they are about. */
export const promotedEvidence: Evidence = {
  schema: 1,
  system: 'payment-platform',
  stage: 'staging',
  account: '333333333333',
  region: 'us-east-1',
  pipeline: 'payment-delivery',
  execution: '0a1b2c3d-0000-4000-8000-000000000001',
  commit: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
  outcome: 'promoted',
  refusal: null,
  services: [
    {
      name: 'payment-api',
      release: 'BLUE_GREEN',
      tag: '0123456789abcdef',
      digest: digestOf('a'),
      taskDefinition: 'arn:aws:ecs:us-east-1:333333333333:task-definition/payment-api-staging:2',
      deployment: {
        id: 'd-ABCDEFGHI',
        status: 'Succeeded',
        started: '2026-11-26T10:00:00.000Z',
        ended: '2026-11-26T10:06:00.000Z',
        rollback: null,
      },
    },
    {
      name: 'fraud-detection',
      release: 'ROLLING',
      tag: 'fedcba9876543210',
      digest: digestOf('b'),
      taskDefinition: 'arn:aws:ecs:us-east-1:333333333333:task-definition/fraud-detection-staging:2',
      deployment: null,
    },
  ],
  checks: [{ suite: 'logs', name: 'groups are kept for 30 days', outcome: 'passed', seconds: 0.25 }],
  approval: {
    by: 'arn:aws:sts::111111111111:assumed-role/reviewer/anna',
    at: '2026-11-26T09:50:00.000Z',
    comment: 'looks right',
  },
  steps: [
    {
      name: 'promotion',
      status: 'InProgress',
      started: '2026-11-26T10:00:00.000Z',
      ended: null,
    },
  ],
  written: '2026-11-26T10:07:00.000Z',
};
