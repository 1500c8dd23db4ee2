import { readConfiguration } from '../../stages/configuration';
import { resourcesOf, synthesized } from './support';

const stackOf = (operators: string[]) =>
  synthesized({ configuration: { ...readConfiguration(), operators } }).getStackByName('payment-delivery').template;
const anna = 'arn:aws:iam::111111111111:role/on-duty';
const template = stackOf([anna]);
const rolesOf = (of: typeof template) =>
  Object.values(resourcesOf(of, 'AWS::IAM::Role')).filter((r) => /-operator-/.test(String(r.Properties!.RoleName)));

test('each environment has a role of its own, which the named operators may assume, and nobody else', () => {
  const roles = rolesOf(template);
  expect(roles.map((r) => r.Properties!.RoleName)).toEqual(
    ['dev', 'staging', 'prod'].map((stage) => `payment-operator-${stage}`),
  );
  for (const role of roles) {
    expect(role.Properties!.AssumeRolePolicyDocument!.Statement).toEqual([
      {
        ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
        Principal: { AWS: expect.anything() },
        Condition: { ArnEquals: { 'aws:PrincipalArn': [anna] } },
      },
    ]);
  }
});

test("it does the work of release, checks and promotion by the stage's own roles, and reaches no other stage", () => {
  const policy = Object.values(resourcesOf(template, 'AWS::IAM::Policy')).find((p) =>
    String(p.Properties!.PolicyName).startsWith('Roleoperatorprod'),
  )!;
  const statements = policy.Properties!.PolicyDocument!.Statement as unknown as {
    Action: unknown;
    Resource: unknown;
  }[];
  const text = JSON.stringify(statements);
  for (const step of ['release', 'checks', 'promotion']) expect(text).toContain(`payment-delivery-${step}-prod`);
  for (const other of ['watch', 'protect']) expect(text).not.toContain(`payment-delivery-${other}-prod`);
  expect(text).not.toMatch(/-dev|-staging|\/dev|\/staging/);
  // The live checks look at the registry in the caller's own role.
  for (const read of ['DescribeRepositories', 'DescribeImages', 'GetLifecyclePolicy'])
    expect(text).toContain(`ecr:${read}`);
  // Evidence is added, never taken away.
  expect(text).toContain('s3:PutObject');
  expect(text).not.toContain('s3:Delete');
});

test('without operators there is no such role', () => expect(rolesOf(stackOf([]))).toEqual([]));
