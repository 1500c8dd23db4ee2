import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { compare, table } from './compare';
import { readLedger, rowOf, unverified, type LedgerRow } from './ledger';
import { UsageError } from '../session/command-line';
import { readOptions, usage } from './options';
import { clientsOf, type Probe, type Settings } from './probe';
import { probes as all } from './probes';

/** What the command works with: its process, or a test's values. */
export interface Call {
  args: string[];
  variables: NodeJS.ProcessEnv;
  tooling: { account: string; region?: string };
  say: (line: string) => void;
  /** Of the clients. @default the SDK's own: the caller's credentials and AWS's endpoints */
  settings?: Omit<Settings, 'region'>;
  probes?: Probe[];
}

/** Compares and says what it finds. @returns the exit code */
export async function conformance({ args, variables, tooling, say, settings, probes = all }: Call): Promise<number> {
  try {
    const options = readOptions(args, variables, tooling.region);
    if (options === 'help') return (say(usage), 0);
    const { region } = options;
    const ledger = readLedger();
    // A probe that belongs to no row would show nothing about the ledger.
    for (const { row } of probes) rowOf(ledger, row);
    const account = await callerAccount({ region, ...settings });
    if (account !== tooling.account) {
      say(
        `These are credentials of account ${account}, and the tooling account of configuration.json is ${tooling.account}.`,
      );
      return 1;
    }
    say(`Asking in account ${account}, ${region}. Nothing is changed.`);
    const comparisons = await compare(probes, clientsOf({ region, ...settings }), { account, region });
    for (const line of [...table(comparisons), '', ...open(ledger)]) say(line);
    const differing = comparisons.filter((c) => !c.agrees).length;
    say(`${comparisons.length - differing} agree, ${differing} differ.`);
    return differing ? 1 : 0;
  } catch (error) {
    say((error as Error).message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function callerAccount(settings: Settings): Promise<string> {
  try {
    return (await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Account!;
  } catch (error) {
    throw new Error(
      `AWS does not say whose credentials these are: ${(error as Error).message}. ` +
        'Give those of the tooling account (AWS_PROFILE, aws sso login).',
      { cause: error },
    );
  }
}

function open(ledger: LedgerRow[]): string[] {
  const rows = unverified(ledger);
  return [
    `${rows.length} of ${ledger.length} rows of the ledger have something unverified:`,
    ...rows.map(({ section, behaviour }) => `  ${section}: ${behaviour}`),
  ];
}
