import { Refusal } from './http';

/** The body as an object whose fields are still to be checked. Refuses anything else. */
export function fieldsOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new Refusal(400, 'invalid_body', 'send a JSON object');
}

/** Amount in the currency's minor unit (cents), because binary fractions cannot hold 0.1. Refuses what is no positive whole number. */
export function amountOf({ amount }: Record<string, unknown>): number {
  if (Number.isSafeInteger(amount) && (amount as number) > 0) return amount as number;
  throw new Refusal(400, 'invalid_amount', 'amount is in minor units: a whole number above 0, as in 1250 for 12.50');
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Three-letter code of ISO 4217. */
export function currencyOf({ currency }: Record<string, unknown>): string {
  if (typeof currency === 'string' && currencies.has(currency)) return currency;
  throw new Refusal(400, 'invalid_currency', "currency is a code of ISO 4217 in capitals, as in 'EUR'");
}

/** A text of at most 128 characters that may be absent. */
export const optionalText = (fields: Record<string, unknown>, name: string): string | undefined =>
  fields[name] === undefined ? undefined : text(fields, name);

/** A text of 1 to `longest` characters. */
export function text(fields: Record<string, unknown>, name: string, longest = 128): string {
  const value = fields[name];
  if (typeof value === 'string' && value.length > 0 && value.length <= longest) return value;
  throw new Refusal(400, `invalid_${name}`, `${name} is a text of 1 to ${longest} characters`);
}

/** One of those words. */
export function oneOf<T extends string>(fields: Record<string, unknown>, name: string, words: readonly T[]): T {
  const value = fields[name] as T;
  if (words.includes(value)) return value;
  throw new Refusal(400, `invalid_${name}`, `${name} is one of ${words.join(', ')}`);
}
