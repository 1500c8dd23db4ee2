import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Session } from '../../promotion/session';
import { type Pace, TookTooLong, until } from '../../promotion/wait';
import { Refusal } from './program';

export interface ExternalSecretsProps {
  /** In the role of which the secrets are described. */
  session: Session;
  pace: Pace;
  /** Seconds to wait for all of them together. */
  limit: number;
  say: (line: string) => void;
}

/**
 * Waits until a person has set the value of each secret: ECS starts no task whose secret has none. Reads no value.
 * Throws a Refusal that says how to set it and what to do next where it takes too long.
 * @param names of the secrets, in the order in which they are told.
 */
export async function awaitExternalSecrets(names: string[], props: ExternalSecretsProps): Promise<void> {
  const { session, pace, limit, say } = props;
  const client = new SecretsManagerClient(session);
  const start = pace.now();
  for (const name of names) {
    let told = false;
    let last: DescribeSecretCommandOutput;
    const look = async () => {
      last = await describe(client, name);
      if (hasValue(last)) return true;
      if (!told) howToSet(name, session.region, last, limit).forEach(say);
      told = true;
      return undefined;
    };
    await until(pace, limit - (pace.now() - start), `secret ${name}`, look).catch((error) => {
      if (!(error instanceof TookTooLong)) throw error;
      throw new Refusal(
        `Secret ${name} has had no value for ${limit} s. Set it as said above, then retry the failed actions of this stage.`,
      );
    });
    say(`Secret ${name} has a value.`);
  }
}

async function describe(client: SecretsManagerClient, SecretId: string): Promise<DescribeSecretCommandOutput> {
  return client.send(new DescribeSecretCommand({ SecretId })).catch((cause: Error) => {
    throw new Error(`Secret ${SecretId} cannot be described: ${cause.message}`, { cause });
  });
}

/** ECS takes the version with this label. A secret that never had a value has no version, and the answer leaves them out. */
const hasValue = ({ VersionIdsToStages = {} }: DescribeSecretCommandOutput): boolean =>
  Object.values(VersionIdsToStages).some((stages) => stages.includes('AWSCURRENT'));

/** The file keeps the value out of the shell's history. */
function howToSet(name: string, region: string, { ARN = '' }: DescribeSecretCommandOutput, limit: number): string[] {
  const account = ARN.split(':')[4];
  const whose = account ? `account ${account}` : "the environment's account";
  return [
    `Secret ${name} has no value yet, and no task starts without it. Waiting for it, ${limit} s at most.`,
    `To set it, write the value into a file and run, with credentials of ${whose}:`,
    `  aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://${name}.json --region ${region}`,
  ];
}
