import type { PropertyDifference } from '@aws-sdk/client-cloudformation';
import type { Values } from '../state';

/**
 * How live properties differ from those of a template. Only what the template sets is compared, and scalars are compared as
 * text. Lists of one length are compared place by place; of others it is said which elements came and which went.
 */
export const differences = (expected: Values, actual: Values): PropertyDifference[] => ofObject('', expected, actual);

function ofObject(path: string, expected: Values, actual: Values): PropertyDifference[] {
  return Object.entries(expected)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => ofValue(`${path}/${key}`, value, actual[key]));
}

function ofValue(path: string, expected: unknown, actual: unknown): PropertyDifference[] {
  if (actual === undefined) return [difference('REMOVE', path, expected, 'null')];
  if (Array.isArray(expected) && Array.isArray(actual)) return ofList(path, expected, actual);
  if (isObject(expected) && isObject(actual)) return ofObject(path, expected, actual);
  return text(expected) === text(actual) ? [] : [difference('NOT_EQUAL', path, expected, actual)];
}

function ofList(path: string, expected: unknown[], actual: unknown[]): PropertyDifference[] {
  if (expected.length === actual.length) return expected.flatMap((e, i) => ofValue(`${path}/${i}`, e, actual[i]));
  const lacks = (list: unknown[], one: unknown, swap: boolean) =>
    !list.some((other) => ofValue('', ...((swap ? [other, one] : [one, other]) as [unknown, unknown])).length === 0);
  const gone = expected.flatMap((e, i) =>
    lacks(actual, e, false) ? [difference('REMOVE', `${path}/${i}`, e, 'null')] : [],
  );
  const came = actual.flatMap((a, i) =>
    lacks(expected, a, true) ? [difference('ADD', `${path}/${i}`, 'null', a)] : [],
  );
  return [...gone, ...came];
}

const difference = (
  DifferenceType: PropertyDifference['DifferenceType'],
  PropertyPath: string,
  expected: unknown,
  actual: unknown,
): PropertyDifference => ({
  PropertyPath,
  ExpectedValue: text(expected),
  ActualValue: text(actual),
  DifferenceType,
});

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (isObject(value) ? JSON.stringify(value) : String(value));
