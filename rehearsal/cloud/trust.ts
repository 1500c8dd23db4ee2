import type { Values } from './state';
import { AwsError } from './wire/aws-error';

// Who may assume a role. IAM's whole evaluation (identity policies, boundaries, session policies) takes this file's place later.

/** Who asks: the user or session, and the role behind a session. */
export interface Caller {
  principalArn: string;
  roleArn?: string;
  externalId?: string;
}

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

function like(pattern: string, text: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}

/** Throws AccessDenied, in IAM's words, where a role does not exist or its trust policy does not admit the caller. */
export function checkTrust(caller: Caller, roleArn: string, policy: Values | undefined): void {
  const statements = list<Values>(policy?.Statement).filter((statement) => applies(statement, caller));
  const isAllowed = statements.some((statement) => statement.Effect === 'Allow');
  if (isAllowed && !statements.some((statement) => statement.Effect === 'Deny')) return;
  const message = `User: ${caller.principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  throw new AwsError('AccessDenied', message, 403);
}

function applies(statement: Values, caller: Caller): boolean {
  const isAssume = list<string>(statement.Action).some((action) => like(action, 'sts:AssumeRole'));
  return isAssume && isPrincipal(statement.Principal, caller) && holds(statement.Condition, caller);
}

/** An account stands for all its principals; a role for its sessions; a service for nobody who calls the API. */
function isPrincipal(principal: Values | string | undefined, caller: Caller): boolean {
  if (principal === '*') return true;
  const account = caller.principalArn.split(':')[4];
  return list<string>((principal as Values | undefined)?.AWS).some(
    (named) =>
      named === '*' ||
      named === account ||
      named === `arn:aws:iam::${account}:root` ||
      named === caller.principalArn ||
      named === caller.roleArn,
  );
}

type Test = (wanted: string, actual: string) => boolean;
const equal: Test = (wanted, actual) => wanted === actual;
const operators: Record<string, { test: Test; negated?: boolean }> = {
  ArnEquals: { test: like },
  ArnLike: { test: like },
  StringEquals: { test: equal },
  StringLike: { test: like },
  ArnNotEquals: { test: like, negated: true },
  ArnNotLike: { test: like, negated: true },
  StringNotEquals: { test: equal, negated: true },
  StringNotLike: { test: like, negated: true },
};

/** Conditions on who calls. A key that the caller has no value for does not match, as on AWS; other operators match never. */
function holds(conditions: Record<string, Values> | undefined, { principalArn, roleArn, externalId }: Caller): boolean {
  const known: Record<string, string | undefined> = {
    'aws:principalarn': roleArn ?? principalArn,
    'aws:principalaccount': principalArn.split(':')[4],
    'sts:externalid': externalId,
  };
  return Object.entries(conditions ?? {}).every(([name, pairs]) => {
    const operator = operators[name];
    return Object.entries(pairs).every(([key, wanted]) => {
      const actual = known[key.toLowerCase()];
      if (name === 'Null') return (String(wanted) === 'true') === (actual === undefined);
      if (!operator || actual === undefined) return false;
      return list<string>(wanted).some((value) => operator.test(value, actual)) !== (operator.negated ?? false);
    });
  });
}
