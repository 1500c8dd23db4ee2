import { alike, withoutNames } from '../../least-privilege/alike';
import type { StepStatement } from '../../least-privilege/step-statements';
import type { Action } from '../../runner/definition';

const places = [
  { name: 'dev', account: '222222222222' },
  { name: 'staging', account: '333333333333' },
  { name: 'prod', account: '444444444444' },
];

function statementOf(stage: string, step: string, account: string, Resource: string, number = 1): StepStatement {
  const actions = [{ stage, name: step } as Action];
  const roleArn = `arn:aws:iam::${account}:role/payment-${step}-${stage}`;
  return { actions, roleArn, policy: 'Own', number, statement: { Effect: 'Allow', Action: 'ecs:ListTasks', Resource } };
}
const inStage = ({ name, account }: (typeof places)[0], step: string, Resource: string) =>
  statementOf(name, step, account, Resource);

test("the names of the stage and of the one before, and the stage's account, are left out", () => {
  expect(withoutNames('444444444444 payment-prod staging/x dev production', 'prod', places)).toBe(
    '<account> payment-<stage> <previous>/x dev production',
  );
  expect(withoutNames('dev', 'Verify', places)).toBe('dev');
});

test('statements of one step that differ in names only are alike', () => {
  const same = places.map((place) =>
    inStage(place, 'release', `arn:aws:ecs:us-east-1:${place.account}:x-${place.name}`),
  );
  expect(alike(same, places)).toEqual([same]);
});

test('another step, another statement and another account are not', () => {
  const release = inStage(places[0]!, 'release', '*');
  const wider = inStage(places[1]!, 'release', 'arn:aws:ecs:::*');
  const watch = inStage(places[1]!, 'watch', '*');
  const build = statementOf('staging', 'release', '111111111111', '*');
  const all = [release, wider, watch, build];
  expect(alike(all, places)).toEqual(all.map((one) => [one]));
});

test('the guard of one stack is not the guard of another', () => {
  const guards = ['network', 'data'].map((stack) => statementOf('dev', `payment-${stack}-dev.guard`, '1', '*'));
  expect(alike(guards, places)).toHaveLength(2);
});
