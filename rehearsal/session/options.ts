import { readFlags, UsageError } from './command-line';

export interface Options {
  approve: boolean;
  keep: boolean;
  verbose: boolean;
  speed: number;
  port: number;
  system?: string;
  /** Whether to tell what IAM denied, and what was granted and not used. */
  iam?: 'report';
}

export const usage = `npm run rehearse -- [options]

Runs the whole pipeline, from a git push to a promoted prod, on this computer.

  --approve       answer every approval with yes (default: ask on the terminal)
  --keep          stay up afterwards: push again, look around with the AWS CLI; Ctrl-C ends it
  --speed N       divide the waits that AWS counts in seconds by N (default 60)
  --system NAME   deliver this system (default: the one in configuration.json)
  --port N        port of the local cloud's API on 127.0.0.1 (default: any free one)
  --iam report    list what was denied, and what was granted and not used (also in reports/rehearsal/iam.json)
  --verbose       show what the tools and the local cloud say
  --help          show this`;

/** Reads the command line. 'help' where that is asked for; throws a UsageError for anything unknown. */
export function readOptions(args: string[]): Options | 'help' {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const flags = { approve: flag, keep: flag, verbose: flag, system: text, iam: text };
  const numbers = { speed: { ...text, default: '60' }, port: { ...text, default: '0' } };
  const values = readFlags(args, { ...flags, ...numbers }, usage);
  if (values === 'help') return 'help';
  const { iam } = values;
  if (iam !== undefined && iam !== 'report') throw new UsageError(`--iam ${iam}: use report`);
  const number = (name: 'speed' | 'port', least: number, most: number) => {
    const value = Number(values[name]);
    const fits =
      Number.isFinite(value) && value >= least && value <= most && (name === 'speed' || Number.isInteger(value));
    if (fits) return value;
    throw new UsageError(`--${name} ${values[name]}: use a number from ${least} to ${most}`);
  };
  const { approve, keep, verbose, system } = values;
  return { approve, keep, verbose, system, iam, speed: number('speed', 1, 100_000), port: number('port', 0, 65_535) };
}
