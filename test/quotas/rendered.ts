const pseudo: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '123456789012',
  'AWS::Region': 'us-east-1',
  'AWS::URLSuffix': 'amazonaws.com',
};
/** As long as the ARN of a target group, the longest that a template refers to. */
const reference = 'x'.repeat(104);

/** A value of a template with its references replaced by texts as long as what they stand for at most. */
export function rendered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rendered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [fn, argument] = entries.length === 1 ? entries[0]! : [];
  if (fn === 'Ref') return pseudo[argument as string] ?? reference;
  if (fn === 'Fn::GetAtt' || fn === 'Fn::ImportValue') return reference;
  if (fn === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(rendered).join(separator);
  }
  return Object.fromEntries(entries.map(([key, part]) => [key, rendered(part)]));
}

/** Characters of a value as AWS gets it. */
export const lengthOf = (value: unknown): number => {
  const text = rendered(value);
  return typeof text === 'string' ? text.length : JSON.stringify(text).length;
};
