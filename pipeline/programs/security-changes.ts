import { readable } from './readable';
import type { Template } from './template';

/** What a template lets happen, as lines: one for each action on a resource, or for each rule of a security group. */
export interface Security {
  permissions: Set<string>;
  rules: Set<string>;
}

/** Lines that one template has and another has not. */
export interface Difference {
  added: string[];
  removed: string[];
}

interface Statement {
  Effect: string;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Condition?: unknown;
}

/** Reads policies, wherever a resource has one, and security groups' rules. */
export function securityOf({ Resources }: Template): Security {
  const security: Security = { permissions: new Set(), rules: new Set() };
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    for (const statement of statementsIn(Properties)) {
      for (const line of grants(statement)) security.permissions.add(`${id}: ${line}`);
    }
    for (const arn of listed(Properties.ManagedPolicyArns)) security.permissions.add(`${id}: has ${readable(arn)}`);
    if (Type === 'AWS::EC2::SecurityGroup') {
      for (const rule of listed(Properties.SecurityGroupIngress))
        security.rules.add(`${id}: ${ruleLine('from', rule)}`);
      for (const rule of listed(Properties.SecurityGroupEgress)) security.rules.add(`${id}: ${ruleLine('to', rule)}`);
    }
    const group = readable(Properties.GroupId);
    if (Type === 'AWS::EC2::SecurityGroupIngress') security.rules.add(`${group}: ${ruleLine('from', Properties)}`);
    if (Type === 'AWS::EC2::SecurityGroupEgress') security.rules.add(`${group}: ${ruleLine('to', Properties)}`);
  }
  return security;
}

/** In the order of their text. */
export const difference = (before: Set<string>, after: Set<string>): Difference => ({
  added: [...after].filter((line) => !before.has(line)).sort(),
  removed: [...before].filter((line) => !after.has(line)).sort(),
});

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** A policy document is whatever has statements: its property has another name in each type. */
function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Statement' in value ? (listed(value.Statement) as Statement[]) : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)].filter(({ Effect }) => Effect !== undefined);
}

function grants(statement: Statement): string[] {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  const part = (word: string, value: unknown) =>
    value === undefined ? '' : ` ${word} ${listed(value).map(readable).sort().join(', ')}`;
  const rest = [
    part('on', Resource) + part('on all but', NotResource),
    part('to', Principal) + part('to all but', NotPrincipal),
    part('if', Condition),
  ].join('');
  const lines = listed(Action).map((action) => `${Effect} ${readable(action)}${rest}`);
  return NotAction === undefined ? lines : [...lines, `${Effect}${part('all but', NotAction)}${rest}`];
}

function ruleLine(direction: 'from' | 'to', rule: unknown): string {
  const r = rule as Record<string, unknown>;
  const peer = [
    ...[r.CidrIp, r.CidrIpv6, r.SourceSecurityGroupId, r.DestinationSecurityGroupId],
    ...[r.SourcePrefixListId, r.DestinationPrefixListId, r.SourceSecurityGroupName],
  ].find((value) => value !== undefined);
  const ports = r.FromPort === r.ToPort ? readable(r.FromPort) : `${readable(r.FromPort)}-${readable(r.ToPort)}`;
  const protocol = String(r.IpProtocol) === '-1' ? 'everything' : `${readable(r.IpProtocol)} ${ports}`;
  return `${protocol} ${direction} ${readable(peer)}`;
}
