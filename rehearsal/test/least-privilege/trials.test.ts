import { stepStatements } from '../../least-privilege/step-statements';
import type { Row } from '../../least-privilege/report';
import { Trials } from '../../least-privilege/trials';
import type { TrialStage } from '../../least-privilege/trial-stage';
import type { ActionRun } from '../../runner/state';
import { action, allowed, small } from './small';

const role = 'stage-release';

/** A release that asks for actions, and fails at the first that is denied, if it looks. */
function world(asks: string[], looks = true) {
  const here = small();
  const { cloud, tooling, isAllowed } = here;
  const release = (): ActionRun => {
    const denied = asks.find((name) => !isAllowed(role, name));
    const message = `User: arn:aws:sts::111111111111:assumed-role/${role}/x is not authorized to perform: ${denied} on resource: *`;
    const end = denied && looks ? { status: 'Failed', error: { code: 'JobFailed', message } } : { status: 'Succeeded' };
    return { action: action('release'), ...end } as ActionRun;
  };
  const told: Row[] = [];
  const start = () => {
    const statements = stepStatements(cloud, tooling, [action('release')]).filter(({ roleArn }) =>
      roleArn.endsWith(role),
    );
    return new Trials(
      cloud,
      statements.map((one) => [one]),
      (row) => told.push(row),
    );
  };
  const at = {
    stage: { name: 'dev' },
    action: () => action('release'),
    run: async () => release(),
  } as unknown as TrialStage;
  return { ...here, start, at, told };
}
const condition = (arranged: string[] = []) => ({
  when: 'green is held',
  step: 'release',
  arrange: async () => {
    arranged.push('arranged');
    return () => void arranged.push('ended');
  },
});

test('each statement that a step uses is missed, and the condition is arranged each time', async () => {
  const { start, at, told } = world(['ecs:ListTasks', 'ecs:UpdateService']);
  const trials = start();
  const arranged: string[] = [];
  await trials.under(condition(arranged), at);
  expect(trials.result).toEqual(told);
  expect(told.map(({ denied, wrong, when }) => [denied?.action, wrong, when])).toEqual([
    ['ecs:ListTasks', [], 'green is held'],
    ['ecs:UpdateService', [], 'green is held'],
  ]);
  expect(arranged).toEqual(Array(3).fill(['arranged', 'ended']).flat());
  expect(trials.needs({ step: 'release' })).toBe(false);
});

test('a statement that no step uses is wrong, and is not tried', async () => {
  const { start, at } = world(['ecs:ListTasks']);
  const trials = start();
  await trials.under(condition(), at);
  expect(trials.result.map(({ wrong }) => wrong)).toEqual([[], ['no step uses it']]);
});

test('a statement that another one repeats is wrong: nothing fails without it', async () => {
  const { start, at, tooling } = world(['ecs:ListTasks']);
  const { model } = tooling.get('AWS::IAM::Role', role)!;
  model.Policies[0].PolicyDocument.Statement[1] = allowed('ecs:ListTasks', 'ecs:ListServices');
  const trials = start();
  await trials.under(condition(), at);
  const without = ['dev release does without it, when green is held'];
  expect(trials.result.map(({ wrong }) => wrong)).toEqual([without, without]);
});

test('a step that hides the denial is wrong until a later condition shows it', async () => {
  const asks = ['ecs:ListTasks', 'ecs:UpdateService'];
  const hiding = world(asks, false);
  const trials = hiding.start();
  await trials.under(condition(), hiding.at);
  expect(trials.result.map(({ wrong }) => wrong.length)).toEqual([1, 1]);
  expect(hiding.told).toEqual([]);
});
