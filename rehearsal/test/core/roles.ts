import type { Environment, Values } from '../../cloud/state';

/** The policy of a role whose permissions are no part of a test. */
export const everything = {
  PolicyName: 'everything',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/** Puts a role into the cloud that a service may assume, and returns its ARN. It may do everything, unless told otherwise. */
export function putRole(env: Environment, name: string, Service: string, Policies: Values[] = [everything]): string {
  const trust = { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' };
  const Arn = `arn:aws:iam::${env.account}:role/${name}`;
  const model = { RoleName: name, Arn, AssumeRolePolicyDocument: { Statement: [trust] }, Policies };
  env.put({ type: 'AWS::IAM::Role', id: name, seed: name, properties: {}, model });
  return Arn;
}
