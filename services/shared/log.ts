export type Level = 'info' | 'warn' | 'error';
export type Fields = Record<string, unknown>;
/** Writes one line of JSON. */
export type Log = (level: Level, message: string, fields?: Fields) => void;

/** Names of fields that are never written, in lower case. */
const secret = /card|pan$|cvv|cvc|iban|authorization|cookie|password|secret|token/i;
/** Payment cards have 13 to 19 digits, often in groups. */
const cardNumber = /\b\d(?:[ -]?\d){12,18}\b/g;

/**
 * Logs to standard output, one JSON object a line, as CloudWatch Logs Insights reads it. Secrets and card data stay out:
 * fields with a telling name are left out, and a run of digits as long as a card number is masked wherever it stands.
 */
export function jsonLog(identity: { service: string; version: string; environment: string }, write = writeLine): Log {
  return (level, message, fields = {}) => {
    const line = { time: new Date().toISOString(), level, ...identity, message, ...fields };
    write(JSON.stringify(line, (key, value: unknown) => (secret.test(key) ? undefined : masked(value))));
  };
}

const writeLine = (line: string) => void process.stdout.write(`${line}\n`);

/** Times and identifiers are full of digits too: they have their own shape and stay as they are. */
const harmless = /^\d{4}-\d\d-\d\dT|^[0-9a-f]{8}-[0-9a-f]{4}-|^Root=/;

function masked(value: unknown): unknown {
  return typeof value === 'string' && !harmless.test(value) ? value.replace(cardNumber, '[digits]') : value;
}
