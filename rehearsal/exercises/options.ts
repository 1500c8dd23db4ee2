import { readFlags, UsageError } from '../session/command-line';

/** What may be chosen from by name: drills, or steps whose statements are tried. */
export interface Choice {
  /** Of one of them, in the singular. */
  noun: string;
  names: string[];
  usage: string;
}

export interface Options {
  /** Names of what to run. */
  only: string[];
  list: boolean;
  verbose: boolean;
  /** File for the numbers that CI counts. */
  results?: string;
}

/** Reads the command line. 'help' where that is asked for; throws a UsageError for anything unknown. */
export function readOptions(args: string[], { noun, names, usage }: Choice): Options | 'help' {
  const flag = { type: 'boolean', default: false } as const;
  const only = { type: 'string', multiple: true, default: names } as const;
  const values = readFlags(args, { only, list: flag, results: { type: 'string' }, verbose: flag }, usage);
  if (values === 'help') return 'help';
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no ${noun} '${unknown}'. There are: ${names.join(', ')}`);
  const { only: chosen, list, verbose, results } = values;
  return { only: chosen, list, verbose, results };
}
