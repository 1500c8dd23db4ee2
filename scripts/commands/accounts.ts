// Whose credentials a command acts with.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Refusal } from '../../pipeline/programs/program';
import { type Configuration, isLocal, placeholderAccounts } from '../../stages/configuration';

/** Settings of SDK clients: where they act, and with which credentials. */
export interface ClientSettings {
  region: string;
  /** Profile of AWS's configuration files. @default the SDK's default chain */
  profile?: string;
  credentials?: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
}

/** An account and region, and how a person names their credentials for it. */
export interface Account {
  /** Completes 'these are the credentials of …'. */
  what: string;
  account: string;
  region: string;
  /** Value of the option. */
  profile?: string;
  /** The option, as in '--profile'. */
  option: string;
}

/** Refuses accounts that configuration.json has from AWS's documentation, unless AWS is played by this computer. */
export function refusePlaceholders(
  configuration: Configuration,
  entries: string[],
  variables: NodeJS.ProcessEnv,
): void {
  const wrong = placeholderAccounts(configuration).filter((entry) => entries.includes(entry));
  if (!wrong.length || isLocal(variables)) return;
  throw new Refusal(
    `configuration.json has placeholder accounts for ${wrong.join(', ')}. Enter the real ones, ` +
      `or set AWS_ENDPOINT_URL to a kept rehearsal's endpoint.`,
  );
}

/**
 * Settings for clients in the account. Throws a Refusal where the credentials are missing or are those of another account:
 * what follows deletes or imports. A local cloud takes the account from the access key, so that one can be made.
 */
export async function settingsFor(wanted: Account, variables: NodeJS.ProcessEnv): Promise<ClientSettings> {
  const { account, region, profile, option, what } = wanted;
  if (isLocal(variables)) return { region, credentials: async () => localCredentials(account) };
  const settings = { region, ...(profile && { profile }) };
  const found = await callerAccount(settings).catch((cause: Error) => {
    throw new Refusal(`There are no credentials of ${what} (${account}): ${cause.message}. ${advice(option)}`);
  });
  if (found === account) return settings;
  throw new Refusal(`These are credentials of account ${found}, and ${what} is account ${account}. ${advice(option)}`);
}

export async function callerAccount(settings: ClientSettings): Promise<string | undefined> {
  return (await new STSClient(settings).send(new GetCallerIdentityCommand({}))).Account;
}

const advice = (option: string) => `Give ${option} with a profile of that account (aws configure sso).`;

export const localCredentials = (account: string) => ({
  accessKeyId: `AKIA${account}0000`,
  secretAccessKey: 'local',
});
