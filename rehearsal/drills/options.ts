import { readFlags, UsageError } from '../session/command-line';

export interface Options {
  /** Names of the drills to run. */
  only: string[];
  list: boolean;
  verbose: boolean;
  /** File for the numbers that CI counts. */
  results?: string;
}

export const usage = `npm run drills -- [options]

Seeds faults into a rehearsal, one after the other, and shows who caught each: nothing is promoted, nobody notices.

  --only NAME      run this drill; may be repeated (default: all)
  --list           show the drills' names and what they seed
  --results FILE   write how many went as expected, as Jest counts them
  --verbose        show what the tools and the local cloud say
  --help           show this`;

/**
 * Reads the command line. 'help' where that is asked for; throws a UsageError for anything unknown.
 * @param what is known by those names, in the singular
 */
export function readOptions(args: string[], known: string[], what = 'drill', help = usage): Options | 'help' {
  const flag = { type: 'boolean', default: false } as const;
  const only = { type: 'string', multiple: true, default: known } as const;
  const values = readFlags(args, { only, list: flag, results: { type: 'string' }, verbose: flag }, help);
  if (values === 'help') return 'help';
  const unknown = values.only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no ${what} '${unknown}'. There are: ${known.join(', ')}`);
  const { only: names, list, verbose, results } = values;
  return { only: names, list, verbose, results };
}
