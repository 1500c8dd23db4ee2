import { GetStackPolicyCommand } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, ParameterNotFound } from '@aws-sdk/client-ssm';
import { changeGuard } from '../../../pipeline/programs/change-guard';
import type { ResolvedException } from '../../../pipeline/programs/exceptions';
import { writeExceptions } from '../../../pipeline/programs/exceptions-file';
import { openPolicy, protectingPolicy } from '../../../pipeline/programs/stack-policy';
import { temporaryFolder } from '../temporary-folder';
import {
  cloudFormation,
  directory,
  guard,
  live,
  prepared,
  ruleChange,
  ssm,
  stackName,
  variables,
} from './guarded-stack';
import { runWork } from './support';

test('a refusal says what to do, and how it is allowed all the same', async () => {
  prepared({ Action: 'Remove', LogicalResourceId: 'Logs', ResourceType: 'AWS::Logs::LogGroup' });
  const { said } = await guard();
  expect(said.split('\n')).toEqual([
    `The prepared change of ${stackName} is refused; nothing was changed.`,
    '- Logs (AWS::Logs::LogGroup)',
    '  It would be deleted, and its data would be lost.',
    expect.stringMatching(/^ {2}Take the change back\. /),
    "If it is meant all the same: with a later commit, add to the exceptions of 'dev' in stages/environments.ts, for review,",
    `  { stack: '${stackName}', resource: 'Logs', allow: 'delete',`,
    "    reason: '...', commits: { from: '<the commit that dev runs>', to: 'ccc' } },",
    'Which commit it runs is in the tooling account: aws ssm get-parameter --name /payment/delivered/dev',
  ]);
});

describe('an exception', () => {
  const exception: ResolvedException = {
    ...{ stack: stackName, resource: 'Logs', allow: 'delete', reason: 'They are archived elsewhere.' },
    ...{ commits: { from: 'aaa', to: 'bbb' }, startsAt: ['aaa'] },
  };
  const runs = (Value: string) =>
    ssm.on(GetParameterCommand, { Name: '/payment/delivered/dev' }).resolves({ Parameter: { Value } });
  const policy = (StackPolicyBody?: string) =>
    cloudFormation.on(GetStackPolicyCommand, { StackName: stackName }).resolves({ StackPolicyBody });
  beforeEach(() => {
    prepared({ Action: 'Remove', LogicalResourceId: 'Logs', ResourceType: 'AWS::Logs::LogGroup' });
    writeExceptions(directory, { dev: [{ ...exception, stack: 'another' }, exception] });
    runs('aaa');
    policy();
  });

  test('lets the change through, and is told with its reason', async () => {
    for (const body of [undefined, JSON.stringify(openPolicy)]) {
      policy(body);
      expect(await guard()).toEqual({
        code: 0,
        said: [
          'Allowed by an exception to delete Logs, aaa..bbb: Logs (AWS::Logs::LogGroup)',
          '  It would be deleted, and its data would be lost.',
          '  It is meant: They are archived elsewhere.',
          `${stackName}: 1 changes, none that loses data or requests but by an exception.`,
        ].join('\n'),
      });
    }
  });

  test('that is spent does not', async () => {
    runs('bbb');
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said.split('\n').slice(0, 2)).toEqual([
      'Not used: the exception to delete Logs, aaa..bbb: it is for a delivery that brings aaa..bbb, and dev runs bbb.',
      `The prepared change of ${stackName} is refused; nothing was changed.`,
    ]);
  });

  test('holds where nothing was delivered as a whole', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'none', $metadata: {} }));
    expect((await guard()).code).toBe(0);
  });

  test('that matches nothing is told, calmly', async () => {
    prepared();
    expect(await guard()).toEqual({
      code: 0,
      said: [
        'Not used: the exception to delete Logs, aaa..bbb: nothing of the kind would happen.',
        `${stackName}: 0 changes, none that loses data or requests.`,
      ].join('\n'),
    });
  });

  test('needs a stack policy that allows it: a person opens it', async () => {
    policy(JSON.stringify(protectingPolicy));
    const { code, said } = await guard();
    expect(code).toBe(1);
    expect(said.split('\n').slice(3)).toEqual([
      `An exception allows this change of ${stackName}, but the stack's policy denies it; nothing was changed.`,
      '- Logs (AWS::Logs::LogGroup)',
      "Open the policy with an administrator's credentials of the environment's account, then retry the failed action:",
      `  aws cloudformation set-stack-policy --stack-name ${stackName} --stack-policy-body '${JSON.stringify(openPolicy)}'`,
      'The step protect closes it again after the deployment. If the change is taken back instead, close it with the next delivery.',
    ]);
  });

  test('for a modification needs none: the policy allows those', async () => {
    prepared(ruleChange);
    live(['arn:green', 100]);
    policy(JSON.stringify(protectingPolicy));
    writeExceptions(directory, { dev: [{ ...exception, resource: 'ProductionRule', allow: 'modify' }] });
    expect((await guard()).code).toBe(0);
  });

  test('cannot be asked for where the assembly has no file of them', async () => {
    const { code, said } = await runWork(changeGuard, {
      ...{ args: ['--stack', stackName], variables, directory: temporaryFolder() },
    });
    expect([code, said]).toEqual([1, expect.stringContaining('exceptions.json')]);
  });
});
