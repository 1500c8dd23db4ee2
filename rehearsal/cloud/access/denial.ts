// What a denied call answers.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
import type { Principal, Verdict } from '../iam/policy';
import { accountOf } from '../iam/principals';
import { AwsError } from '../wire/aws-error';

interface Denied {
  action: string;
  resource: string;
}

/** Which policy denied; to another account's caller AWS does not tell. */
function because({ action }: Denied, { reason, deniedBy }: Verdict): string {
  if (action === 'sts:AssumeRole' && deniedBy === 'resource-based policy') return '';
  const article = deniedBy === 'identity-based policy' ? 'an' : 'a';
  if (reason === 'explicit deny') return ` with an explicit deny in ${article} ${deniedBy}`;
  return ` because no ${deniedBy} allows the ${action} action`;
}

/** Error code and HTTP status by the action's service, where the JSON services' do not apply. */
const codes: Record<string, [code: string, status: number]> = {
  ec2: ['UnauthorizedOperation', 403],
  sns: ['AuthorizationError', 403],
  lambda: ['AccessDeniedException', 403],
  ...Object.fromEntries(
    ['cloudformation', 'cloudwatch', 'elasticloadbalancing', 'iam', 'rds', 'route53', 's3', 'sts'].map((service) => [
      service,
      ['AccessDenied', 403],
    ]),
  ),
};

/** The error of a denied action. */
export function denial(principal: Principal, asked: Denied, verdict: Verdict, owner: string | undefined): AwsError {
  const { action, resource } = asked;
  const service = action.split(':')[0]!;
  const isAcross = owner !== undefined && owner !== accountOf(principal.name);
  const named = service === 's3' ? `"${resource}"` : resource;
  const what = `User: ${principal.name} is not authorized to perform: ${action} on resource: ${named}`;
  const message = what + (isAcross ? '' : because(asked, verdict));
  const [code, status] = codes[service] ?? ['AccessDeniedException', 400];
  return new AwsError(
    code,
    service === 'ec2' ? `You are not authorized to perform this operation. ${message}` : message,
    status,
  );
}
