export interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

/** Where a value is written. */
export interface Place {
  /** Kind of the stack. */
  readonly kind: string;
  /** Templates of the stage, by kind of stack. */
  readonly templates: Readonly<Record<string, Template>>;
  readonly account: string;
  readonly region: string;
}

/** The value with references written 'stack.LogicalId' or 'stack.LogicalId.Attribute', through exports to what they lead to. */
export function readable(value: unknown, place: Place): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => readable(member, place));
  const entries = Object.entries(value);
  const [fn, argument] = entries[0] ?? [];
  if (entries.length === 1 && (fn === 'Ref' || fn?.startsWith('Fn::'))) return reference(fn, argument, place);
  return Object.fromEntries(entries.map(([key, member]) => [key, readable(member, place)]));
}

function reference(fn: string, argument: unknown, place: Place): unknown {
  const { kind, templates, account, region } = place;
  const own = { Partition: 'aws', URLSuffix: 'amazonaws.com', AccountId: account, Region: region };
  switch (fn) {
    case 'Ref': {
      const id = String(argument);
      if (id.startsWith('AWS::')) return own[id.slice(5) as keyof typeof own];
      return `${kind}.${withoutHash(id)}`;
    }
    case 'Fn::GetAtt': {
      const [id, attribute] = argument as [string, string];
      return `${kind}.${withoutHash(id)}.${attribute}`;
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => readable(part, place)).join(separator);
    }
    case 'Fn::ImportValue': {
      for (const [producer, { Outputs = {} }] of Object.entries(templates)) {
        const output = Object.values(Outputs).find((o) => o.Export?.Name === argument);
        if (output) return readable(output.Value, { ...place, kind: producer });
      }
      throw new Error(`No stack exports '${String(argument)}'`);
    }
    default:
      return { [fn]: argument };
  }
}

/** CDK ends most logical ids with eight digits of a hash. */
export const withoutHash = (id: string) => id.replace(/[0-9A-F]{8}$/, '');
