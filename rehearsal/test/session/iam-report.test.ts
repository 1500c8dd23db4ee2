import { describeIam, iamReport } from '../../session/iam-report';

const account = '111111111111';
const granted = (role: string, actions: string[], statement = 2) =>
  actions.map((action) => ({ account, role, policy: 'Own', statement, action, isUsed: false }));
const stop = { roles: /-release-/, actions: ['codedeploy:StopDeployment'], reason: 'used when checks fail' };
const explained =
  'Not used for 1 reasons: 1 statements, in iam.json. The reasons are in rehearsal/session/iam-exceptions.ts.';

test('what is not used is told by statement, unless it is explained', () => {
  const grants = granted('a-delivery-release-dev', ['codedeploy:StopDeployment', 'ecs:UpdateService', 'ecs:ListTasks']);
  const used = { ...grants[0]!, action: 'ecs:DescribeServices', isUsed: true };
  const report = iamReport([...grants, used], [stop], []);
  expect(report.explained).toEqual([
    {
      kind: 'releases',
      roles: [`${account} a-delivery-release-dev`],
      actions: ['codedeploy:StopDeployment'],
      reason: 'used when checks fail',
    },
  ]);
  expect(describeIam(report)).toEqual([
    'IAM denied nothing.',
    'Granted and not used:',
    '  a-delivery-release-dev: ecs:UpdateService ecs:ListTasks',
    explained,
  ]);
});

test('a statement that roles of one kind share is told once, with their number', () => {
  const steps = ['dev', 'staging', 'prod', 'demo'].map((stage) => `a-watch-step-${stage}`);
  const shared = steps.flatMap((role) => granted(role, ['kms:Decrypt']));
  const report = iamReport([...shared, ...granted('other', ['kms:Decrypt'])], [], []);
  expect(describeIam(report).slice(2, 4)).toEqual(['  4 builds: kms:Decrypt', '  other: kms:Decrypt']);
});

test('an explanation of what nobody is granted is told, where such roles are there', () => {
  const elsewhere = { roles: /-watch-/, actions: ['ecs:DeleteService'], reason: 'never' };
  const used = granted('a-delivery-release-dev', ['ecs:UpdateService']).map((one) => ({ ...one, isUsed: true }));
  const report = iamReport(used, [stop, elsewhere], ['denied']);
  expect(describeIam(report)).toEqual([
    'IAM denied:',
    '  denied',
    'Every granted action was used, or is explained.',
    explained.replace(/\d/g, '0'),
    'Explained and not granted: take it out of rehearsal/session/iam-exceptions.ts',
    '  -release- codedeploy:StopDeployment',
  ]);
  expect(iamReport([], [stop], []).idle).toEqual([]);
});
