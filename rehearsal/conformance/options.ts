import { readFlags, UsageError } from '../session/command-line';

export interface Options {
  region: string;
}

export const usage = `npm run conformance -- --read-only [options]

Asks AWS what rehearsal/cloud/BEHAVIOURS.md says of it, as far as reading shows it, and prints where both agree, where they
differ, and what of the ledger nobody has looked up. For people who have an account: nobody has run this against AWS so far.

  --read-only      needed: it says that you know it only reads; nothing else exists
  --region NAME    where it asks (default: AWS_REGION, AWS_DEFAULT_REGION, the tooling region of configuration.json)
  --help           show this

Credentials: those of the tooling account of configuration.json, with ReadOnlyAccess; AWS_PROFILE chooses them.
Exit code: 0 where all agrees, 1 where something differs or cannot be asked, 2 for a wrong command line.`;

/** Reads the command line. 'help' where that is asked for; throws a UsageError without --read-only. */
export function readOptions(args: string[], variables: NodeJS.ProcessEnv, toolingRegion?: string): Options | 'help' {
  const flags = { 'read-only': { type: 'boolean', default: false }, region: { type: 'string' } } as const;
  const values = readFlags(args, flags, usage);
  if (values === 'help') return 'help';
  if (!values['read-only'])
    throw new UsageError(`Give --read-only: there is nothing else that it could do\n\n${usage}`);
  const region = values.region ?? variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION ?? toolingRegion;
  return { region: region ?? 'us-east-1' };
}
