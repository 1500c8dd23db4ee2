import { knownActions, steps } from '../../least-privilege/steps';
import { roleName, stepStatements, withdraw } from '../../least-privilege/step-statements';
import { action, allowed, small } from './small';

test("a step's roles are its build's and those that its variables name, but for bootstrapping's", () => {
  const { cloud, tooling } = small();
  const found = stepStatements(cloud, tooling, [action('release'), action('live-checks')]);
  expect(found.map((one) => [roleName(one), one.number, one.actions.map(({ name }) => name)])).toEqual([
    ['build-release', 1, ['release']],
    ['stage-release', 1, ['release', 'live-checks']],
    ['stage-release', 2, ['release', 'live-checks']],
    ['build-live-checks', 1, ['live-checks']],
  ]);
});

test('a withdrawn statement is back afterwards, in its place', () => {
  const { cloud, tooling, isAllowed } = small();
  const [, first] = stepStatements(cloud, tooling, [action('release')]);
  const allows = () => ['ecs:ListTasks', 'ecs:UpdateService'].map((name) => isAllowed('stage-release', name));
  const giveBack = withdraw(cloud, first!);
  expect(allows()).toEqual([false, true]);
  expect(() => withdraw(cloud, first!)).toThrow('stage-release has no such statement in Own any more');
  giveBack();
  expect(allows()).toEqual([true, true]);
  expect(stepStatements(cloud, tooling, [action('release')])[1]!.statement).toEqual(allowed('ecs:ListTasks'));
});

test('a role that is not there is an error', () => {
  const { cloud, tooling } = small();
  tooling.remove(tooling.get('AWS::IAM::Role', 'build-release')!);
  expect(() => stepStatements(cloud, tooling, [action('release')])).toThrow(
    /acts in \S+build-release, and there is no/,
  );
});

test('a step that is not listed is an error: its role would not be tried', () => {
  const pipeline = (name: string) => ({ stages: [{ name: 'dev', actions: [action(name)] }] });
  expect(knownActions(pipeline('payment-network-dev.guard'))).toHaveLength(1);
  expect(() => knownActions(pipeline('smoke'))).toThrow("the pipeline has a step 'smoke': list it in");
  expect(new Set(steps).size).toBe(steps.length);
});
