// How condition operators compare one wanted value with one of the request.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
import { isInNetwork } from './networks';
import { isLike, literal } from './pattern';

export type Comparison = (wanted: string, actual: string) => boolean;

/** Comparison of what both values mean. What means nothing is NaN, and no comparison with that holds. */
const by =
  (meaning: (text: string) => number, compare: (wanted: number, actual: number) => boolean): Comparison =>
  (wanted, actual) =>
    compare(meaning(literal(wanted)), meaning(actual));
const order = (kind: string, meaning: (text: string) => number): Record<string, Comparison> => ({
  [`${kind}Equals`]: by(meaning, (wanted, actual) => actual === wanted),
  [`${kind}LessThan`]: by(meaning, (wanted, actual) => actual < wanted),
  [`${kind}LessThanEquals`]: by(meaning, (wanted, actual) => actual <= wanted),
  [`${kind}GreaterThan`]: by(meaning, (wanted, actual) => actual > wanted),
  [`${kind}GreaterThanEquals`]: by(meaning, (wanted, actual) => actual >= wanted),
});

const number = (text: string) => (text.trim() ? Number(text) : NaN);
/** Seconds since 1970, or a time in ISO 8601. */
const time = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const equals: Comparison = (wanted, actual) => literal(wanted) === actual;
const equalsInAnyCase: Comparison = (wanted, actual) => literal(wanted).toLowerCase() === actual.toLowerCase();

/** The six parts of an ARN, the last with its colons; none of what is no ARN. */
const partsOf = (arn: string) => /^(.*?):(.*?):(.*?):(.*?):(.*?):(.*)$/s.exec(arn)?.slice(1) ?? [];

/** ARNs are compared part by part, with wildcards in each. */
const isArnLike: Comparison = (wanted, actual) => {
  const [patterns, parts] = [partsOf(wanted), partsOf(actual)];
  return patterns.length === parts.length && parts.every((part, i) => isLike(patterns[i]!, part)) && parts.length > 0;
};

const positive: Record<string, Comparison> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsInAnyCase,
  StringLike: isLike,
  ...order('Numeric', number),
  ...order('Date', time),
  Bool: equalsInAnyCase,
  BinaryEquals: equals,
  IpAddress: (wanted, actual) => isInNetwork(literal(wanted), actual),
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
};

/** Operators that hold where no wanted value fits, and what each of them negates. */
const negations: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

export interface Operator {
  compare: Comparison;
  isNegated: boolean;
}

/** The operator of that name. Throws for one that IAM does not know. */
export function operatorOf(name: string): Operator {
  const compare = positive[negations[name] ?? name];
  if (!compare) throw new Error(`a policy has the condition operator ${name}, which IAM does not know`);
  return { compare, isNegated: name in negations };
}
