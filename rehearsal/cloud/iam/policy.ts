// The words of IAM's policy language: what a policy says, what is asked, what is answered.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html

export type OneOrMore<T> = T | T[];

/** Names of those whom a statement is about, by kind: AWS (accounts, users, roles, sessions), Service, Federated. */
export type PrincipalElement = '*' | Record<string, OneOrMore<string>>;

/** Wanted values by condition key, by operator. */
export type Conditions = Record<string, Record<string, OneOrMore<string | number | boolean>>>;

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: OneOrMore<string>;
  NotAction?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  NotResource?: OneOrMore<string>;
  Principal?: PrincipalElement;
  NotPrincipal?: PrincipalElement;
  Condition?: Conditions;
}

export interface PolicyDocument {
  /** Variables mean something in 2012-10-17 only. Absent, it is 2008-10-17. */
  Version?: string;
  Statement?: OneOrMore<Statement>;
}

/** Who asks. */
export interface Principal {
  /** The kind, as in a Principal element. */
  kind: 'AWS' | 'Service' | 'Federated';
  /** ARN of a user or of a role's session; a service's name, as in ecs-tasks.amazonaws.com; an identity provider's ARN. */
  name: string;
  /** ARN of the role behind a session. */
  roleArn?: string;
}

/** Values by condition key; the keys in lower case. */
export type RequestContext = Record<string, OneOrMore<string>>;

export interface Request {
  /** As in ecs:UpdateService. */
  action: string;
  /** ARN, or * where the action takes no resource. */
  resource: string;
  /** Whose the resource is, where its ARN does not tell, as for S3 (default: the ARN's account, else the principal's). */
  resourceAccount?: string;
  principal: Principal;
  context: RequestContext;
}

export interface Policies {
  /** Those of the user or the role, attached and inline. */
  identity: PolicyDocument[];
  /** The resource's own. */
  resource?: PolicyDocument;
  /** Whether nothing is allowed without the resource's policy, as for roles (trust) and KMS keys (default: no). */
  isResourcePolicyRequired?: boolean;
  /** The most that identity policies may allow. */
  boundary?: PolicyDocument;
  /** The most that a session may do, given with AssumeRole. */
  session?: PolicyDocument[];
}

/** The kinds of policies, in the words of AWS's messages. */
export type PolicyKind = 'identity-based policy' | 'resource-based policy' | 'permissions boundary' | 'session policy';

/** A statement that applied to a request. */
export interface Match {
  kind: PolicyKind;
  /** Which of the kind's documents, from 0. */
  document: number;
  /** Which of its statements, from 0. */
  statement: number;
  effect: 'Allow' | 'Deny';
  /** Those of the statement's action patterns that fit; none for a NotAction. */
  actions: string[];
}

export interface Verdict {
  isAllowed: boolean;
  reason: 'allowed' | 'explicit deny' | 'implicit deny';
  /** The kind that denied, or that lacks the permission. */
  deniedBy?: PolicyKind;
  /** Every statement that applied, allowing or denying. */
  matches: Match[];
}

export const listOf = <T>(value: OneOrMore<T> | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

export const statementsOf = (document: PolicyDocument): Statement[] => listOf(document.Statement);
