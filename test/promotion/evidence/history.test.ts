import type { ActionExecutionDetail } from '@aws-sdk/client-codepipeline';
import { approvalOf, stepsOf } from '../../../promotion/evidence/history';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));
const action = (stageName: string, actionName: string, more: Partial<ActionExecutionDetail> = {}) => ({
  stageName,
  actionName,
  status: 'Succeeded' as const,
  startTime: at(1),
  lastUpdateTime: at(2),
  ...more,
});
const approval = (more: Partial<ActionExecutionDetail> = {}) =>
  action('prod', 'approval', {
    input: { actionTypeId: { category: 'Approval', owner: 'AWS', provider: 'Manual', version: '1' } },
    updatedBy: 'arn:aws:iam::111111111111:user/anna',
    output: { executionResult: { externalExecutionSummary: 'looks right' } },
    ...more,
  });

test("a stage's steps are its own, also where CDK has split it; what runs has not ended", () => {
  const actions = [
    action('staging', 'release'),
    action('prod', 'release', { status: 'Failed' }),
    action('prod.2', 'promotion', { status: 'InProgress' }),
    action('prod.12', 'keep-images'),
    action('prod2', 'release'),
    { actionName: 'nowhere' },
  ];
  expect(stepsOf(actions, 'prod')).toEqual([
    { name: 'release', status: 'Failed', started: at(1).toISOString(), ended: at(2).toISOString() },
    { name: 'promotion', status: 'InProgress', started: at(1).toISOString(), ended: null },
    { name: 'keep-images', status: 'Succeeded', started: at(1).toISOString(), ended: at(2).toISOString() },
  ]);
});

test('who approved, when, in which words: of the last approval that was given', () => {
  const actions = [
    approval({ status: 'Failed', updatedBy: 'arn:somebody' }),
    approval(),
    approval({ status: 'Failed', updatedBy: 'arn:somebody' }),
    approval({ status: 'InProgress', updatedBy: 'arn:nobody' }),
    action('prod', 'release'),
  ];
  expect(approvalOf(actions, 'prod')).toEqual({
    by: 'arn:aws:iam::111111111111:user/anna',
    at: at(2).toISOString(),
    comment: 'looks right',
  });
});

test.each([undefined, {}, { executionResult: {} }])(
  'an approval may be without a name, and without words: %j',
  (output) => {
    const actions = [approval({ updatedBy: undefined, output }), action('prod', 'release', { input: {} })];
    expect(approvalOf(actions, 'prod')).toEqual({ by: null, at: at(2).toISOString(), comment: '' });
  },
);

test('where nobody was asked, nobody approved', () => {
  expect(approvalOf([approval()], 'dev')).toBeNull();
});
