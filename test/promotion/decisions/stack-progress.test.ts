import { outcomeOf, progressOf, type StackView } from '../../../promotion/decisions/stack-progress';

const executed = { Status: 'CREATE_COMPLETE', ExecutionStatus: 'EXECUTE_COMPLETE' } as const;

describe('progressOf', () => {
  test.each<[string, StackView, object]>([
    ['no stack yet', {}, { state: 'waiting' }],
    ['only prepared', { stackStatus: 'REVIEW_IN_PROGRESS' }, { state: 'waiting' }],
    ['created for the first time', { stackStatus: 'CREATE_IN_PROGRESS' }, { state: 'creating' }],
    ['being updated', { stackStatus: 'UPDATE_IN_PROGRESS' }, { state: 'changing' }],
    ['executed, and its change set gone', { stackStatus: 'UPDATE_COMPLETE' }, { state: 'done' }],
    [
      'prepared',
      { stackStatus: 'UPDATE_COMPLETE', changeSet: { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' } },
      { state: 'waiting' },
    ],
    [
      'being prepared',
      { stackStatus: 'UPDATE_COMPLETE', changeSet: { Status: 'CREATE_PENDING' } },
      { state: 'waiting' },
    ],
    [
      'without changes',
      {
        stackStatus: 'UPDATE_COMPLETE',
        changeSet: { Status: 'FAILED', StatusReason: "The submitted information didn't contain changes." },
      },
      { state: 'unchanged' },
    ],
    [
      'wrong',
      { stackStatus: 'UPDATE_COMPLETE', changeSet: { Status: 'FAILED' } },
      { state: 'failed', reason: 'its change set failed: no reason given' },
    ],
    ['deployed', { stackStatus: 'UPDATE_COMPLETE', changeSet: executed }, { state: 'done' }],
    ['imported', { stackStatus: 'IMPORT_COMPLETE', changeSet: executed }, { state: 'done' }],
    ['created', { stackStatus: 'CREATE_COMPLETE', changeSet: executed }, { state: 'done' }],
    [
      'rolled back after it was created',
      { stackStatus: 'ROLLBACK_COMPLETE', changeSet: executed },
      { state: 'failed', reason: 'the stack is ROLLBACK_COMPLETE' },
    ],
    [
      'without updates',
      {
        stackStatus: 'UPDATE_COMPLETE',
        changeSet: { Status: 'FAILED', StatusReason: 'No updates are to be performed.' },
      },
      { state: 'unchanged' },
    ],
    [
      'rolled back',
      { stackStatus: 'UPDATE_ROLLBACK_COMPLETE', stackStatusReason: 'why', changeSet: executed },
      { state: 'failed', reason: 'the stack is UPDATE_ROLLBACK_COMPLETE: why' },
    ],
  ])('%s', (_, view, expected) => expect(progressOf(view)).toEqual(expected));
});

test.each([
  ['waiting', undefined],
  ['creating', undefined],
  ['changing', undefined],
  ['unchanged', 'fine'],
  ['done', 'fine'],
] as const)('a deploy that is %s has ended: %s', (state, outcome) => expect(outcomeOf({ state })).toBe(outcome));

test('a deploy that failed has ended so', () => expect(outcomeOf({ state: 'failed', reason: 'x' })).toBe('failed'));
