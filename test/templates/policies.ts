import { allResources, type Deployed } from './deployed';

/** A statement of any policy of a template. */
export interface PlacedStatement {
  readonly at: string;
  /** identity: what a role may do. trust: who may assume it. resource: who may use a resource. endpoint: what may pass. */
  readonly of: 'identity' | 'trust' | 'resource' | 'endpoint';
  readonly type: string;
  readonly effect: string;
  readonly actions: string[];
  readonly resources: unknown[];
  /** Texts of the principals. */
  readonly principals: string[];
  readonly condition?: unknown;
}

/** Every statement of every policy. */
export const statementsOf = (deployed: Deployed[]): PlacedStatement[] =>
  allResources(deployed).flatMap(({ at, resource }) => statementsIn(resource.Properties, at, resource.Type, []));

function statementsIn(value: unknown, at: string, type: string, path: string[]): PlacedStatement[] {
  if (Array.isArray(value)) return value.flatMap((part) => statementsIn(part, at, type, path));
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value) {
    return listed(value.Statement as Statement | Statement[]).map((s) => ({
      at,
      of: kindOf(type, path),
      type,
      effect: s.Effect,
      actions: listed(s.Action ?? []),
      resources: listed(s.Resource ?? []),
      principals: principalsOf(s.Principal),
      condition: s.Condition,
    }));
  }
  return Object.entries(value).flatMap(([key, part]) => statementsIn(part, at, type, [...path, key]));
}

interface Statement {
  Effect: string;
  Action?: string | string[];
  Resource?: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

function kindOf(type: string, path: string[]): PlacedStatement['of'] {
  if (path.includes('AssumeRolePolicyDocument')) return 'trust';
  if (type.startsWith('AWS::IAM::')) return 'identity';
  return type === 'AWS::EC2::VPCEndpoint' ? 'endpoint' : 'resource';
}

function principalsOf(principal: unknown): string[] {
  if (typeof principal !== 'object' || principal === null) return principal === undefined ? [] : [String(principal)];
  return Object.values(principal).flatMap((of) =>
    listed(of).map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
  );
}

const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
