import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A wrong command line: exit code 2. */
export class UsageError extends Error {}

type Flags = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Flags> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** Reads a command line; 'help' where somebody asks for it. Throws a UsageError, with the usage, for what it does not know. */
export function readFlags<T extends Flags>(args: string[], options: T, usage: string): Values<T> | 'help' {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean', default: false }, ...options } });
    return (values as { help?: boolean }).help ? 'help' : (values as Values<T>);
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To specify')[0]}\n\n${usage}`);
  }
}
