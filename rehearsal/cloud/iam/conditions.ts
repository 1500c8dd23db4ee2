import { operatorOf, type Operator } from './operators';
import { resolved } from './pattern';
import { listOf, type Conditions, type RequestContext } from './policy';

/**
 * Whether all of a statement's conditions hold. Of a key's wanted values one has to fit; for a negated operator, none.
 * A key that the request lacks fits nothing: then only negated operators, IfExists and ForAllValues hold.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function conditionsHold(conditions: Conditions, context: RequestContext, hasVariables: boolean): boolean {
  return Object.entries(conditions).every(([name, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const actual = context[key.toLowerCase()];
      const wanted = listOf(values).map(String);
      const known = hasVariables ? wanted.map((value) => resolved(value, context)) : wanted;
      return holds(
        name,
        known.filter((value) => value !== undefined),
        actual,
      );
    }),
  );
}

function holds(name: string, wanted: string[], actual: string | string[] | undefined): boolean {
  const [, set, plain, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name)!;
  if (plain === 'Null') return wanted.includes(String(actual === undefined));
  const operator = operatorOf(plain!);
  const values = listOf(actual);
  if (values.length === 0) {
    if (ifExists || set === 'ForAllValues') return true;
    return operator.isNegated && set === undefined;
  }
  return fits(operator, set, wanted, values);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function fits({ compare, isNegated }: Operator, set: string | undefined, wanted: string[], values: string[]): boolean {
  const isWanted = (value: string) => wanted.some((one) => compare(one, value));
  if (set === 'ForAllValues') return values.every((value) => isWanted(value) !== isNegated);
  if (set === 'ForAnyValue') return values.some((value) => isWanted(value) !== isNegated);
  return values.some(isWanted) !== isNegated;
}
