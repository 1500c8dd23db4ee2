import { evaluate } from './iam/evaluate';
import type { PolicyDocument } from './iam/policy';
import { accountOf } from './iam/principals';
import { AwsError } from './wire/aws-error';

// Who may assume a role: IAM's evaluation with the role's trust policy as the resource's. The caller's own policies do not
// count here yet.
const anything: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** Who asks: the user or session, and the role behind a session. */
export interface Caller {
  principalArn: string;
  roleArn?: string;
  externalId?: string;
}

/** Throws AccessDenied, in IAM's words, where a role does not exist or its trust policy does not admit the caller. */
export function checkTrust(caller: Caller, roleArn: string, policy: PolicyDocument | undefined): void {
  const { principalArn, roleArn: ownRole, externalId } = caller;
  const request = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    principal: { kind: 'AWS' as const, name: principalArn, roleArn: ownRole },
    context: {
      'aws:principalarn': ownRole ?? principalArn,
      'aws:principalaccount': accountOf(principalArn)!,
      ...(externalId && { 'sts:externalid': externalId }),
    },
  };
  const policies = { identity: [anything], resource: policy, isResourcePolicyRequired: true };
  if (evaluate(request, policies).isAllowed) return;
  const message = `User: ${principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  throw new AwsError('AccessDenied', message, 403);
}
