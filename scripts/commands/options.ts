import { parseArgs, type ParseArgsConfig } from 'node:util';
import { WrongUsage } from '../../pipeline/programs/program';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** What `--help` is. */
const help = { help: { type: 'boolean', default: false } } as const;

/** Reads a command line; 'help' where somebody asks for it. Throws WrongUsage, with the usage, for what it does not know. */
export function readOptions<T extends Options>(args: string[], options: T, usage: string): Values<T> | 'help' {
  try {
    const { values } = parseArgs({ args, options: { ...help, ...options } });
    return (values as { help?: boolean }).help ? 'help' : (values as Values<T>);
  } catch (error) {
    throw wrongUsage((error as Error).message.split('. To specify')[0]!, usage);
  }
}

export const wrongUsage = (what: string, usage: string) => new WrongUsage(`${what}\n\n${usage}`);

/** An unknown environment or system is a wrong call: its error lists the known ones. */
export function known<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}
