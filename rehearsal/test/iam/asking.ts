import { evaluate } from '../../cloud/iam/evaluate';
import type { Policies, PolicyDocument, Principal, Request, Statement } from '../../cloud/iam/policy';

export const account = '111111111111';
export const other = '222222222222';
export const roleArn = `arn:aws:iam::${account}:role/step`;
export const sessionArn = `arn:aws:sts::${account}:assumed-role/step/build`;
export const bucket = 'arn:aws:s3:::payments';
export const session: Principal = { kind: 'AWS', name: sessionArn, roleArn };

export const policy = (...statements: Partial<Statement>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});
export const read = { Action: 's3:GetObject', Resource: `${bucket}/*` };
export const deny = { Effect: 'Deny' as const, Action: '*', Resource: '*' };

/** A session of the role `step` reads an object of its own account's bucket, unless the request says otherwise. */
export const ask = (policies: Partial<Policies>, request: Partial<Request> = {}) =>
  evaluate(
    { action: 's3:GetObject', resource: `${bucket}/key`, principal: session, context: {}, ...request },
    { identity: [], ...policies },
  );
export const isAllowed = (policies: Partial<Policies>, request: Partial<Request> = {}) =>
  ask(policies, request).isAllowed;
