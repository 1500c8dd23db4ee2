import { denials, missed } from '../../least-privilege/judge';

const role = 'payment-release-step-dev';
const denial = (name: string, action: string, resource: string) =>
  `User: arn:aws:sts::111111111111:assumed-role/${name}/AWSCodeBuild-1 is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const arn = 'arn:aws:ssm:us-east-1:111111111111:parameter/payment/delivered/dev';
const statement = { Effect: 'Allow' as const, Action: ['ssm:GetParameter', 'ssm:PutParameter'], Resource: arn };

test('a text names the denials of a role, each once', () => {
  const object = '"arn:aws:s3:::evidence/a.json"';
  const said = [
    denial(role, 'ssm:PutParameter', arn),
    denial('another', 'ssm:GetParameter', arn),
    denial(role, 'ssm:PutParameter', arn),
    denial(role, 's3:PutObject', object),
    denial(role, 's3:GetObject', object.replaceAll('"', '&quot;')),
  ];
  expect(denials(said.join('\n'), role)).toEqual([
    { action: 'ssm:PutParameter', resource: arn },
    { action: 's3:PutObject', resource: 'arn:aws:s3:::evidence/a.json' },
    { action: 's3:GetObject', resource: 'arn:aws:s3:::evidence/a.json' },
  ]);
});

test('a statement is missed where the step fails and says what it was denied', () => {
  const said = `${denial(role, 'ecs:ListTasks', '*')}\n${denial(role, 'ssm:PutParameter', arn)}`;
  expect(missed({ failed: true, said }, role, statement)).toEqual({ action: 'ssm:PutParameter', resource: arn });
});

test.each([
  ['a step that succeeds in spite of the denial', false, denial(role, 'ssm:PutParameter', arn)],
  ['a failure of another kind', true, 'Build terminated with state: FAILED'],
  ['the denial of another role', true, denial('another', 'ssm:PutParameter', arn)],
  ['the denial of what the statement does not allow', true, denial(role, 'ecs:ListTasks', '*')],
])('%s is none', (_, failed, said) => {
  expect(missed({ failed, said }, role, statement)).toBeUndefined();
});
