import { describeIam, iamReport } from '../../session/iam-report';

const grant = (role: string, ...actions: string[]) => ({
  ...{ account: '111111111111', role, policy: 'Own', statement: 2 },
  actions,
});

test('what is not used is told by statement, unless it is explained', () => {
  const report = iamReport(
    [grant('step-dev', 'codedeploy:StopDeployment', 'ecs:UpdateService')],
    [{ role: /^step-/, actions: ['codedeploy:StopDeployment'], reason: 'used when checks fail' }],
    [],
  );
  expect(report.explained).toMatchObject([{ actions: ['codedeploy:StopDeployment'], reason: 'used when checks fail' }]);
  expect(describeIam(report)).toEqual([
    'IAM denied nothing.',
    'Granted and not used:',
    '  111111111111 step-dev  Own, statement 2  ecs:UpdateService',
    'Explained: 1, with reasons in rehearsal/session/iam-exceptions.ts.',
  ]);
});

test('an exception for a grant that is used, or gone, is told', () => {
  const report = iamReport([], [{ role: /^step-/, actions: ['ecs:UpdateService'], reason: 'never' }], ['denied']);
  expect(report.idle).toEqual(['^step- ecs:UpdateService']);
  expect(describeIam(report)).toEqual([
    'IAM denied:',
    '  denied',
    'Every granted action was used, or is explained.',
    'Explained: 0, with reasons in rehearsal/session/iam-exceptions.ts.',
    '  Explains nothing any more: ^step- ecs:UpdateService',
  ]);
});
