// Who acts, and as whom.
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { operatorRole } from '../../declarations/names';
import { Refusal } from '../../pipeline/programs/program';
import type { Stage } from '../../promotion/stage';
import { type ClientSettings, settingsFor } from '../commands/accounts';

/** A person at work: by name, and with the operators' role of one environment in the tooling account. */
export interface Operator {
  /** ARN of who called, as STS tells it. */
  by: string;
  /** In the tooling account. */
  settings: ClientSettings;
}

/** Takes on the operators' role of the stage. Throws a Refusal where the caller may not. */
export async function becomeOperator(
  { system, environment }: Stage,
  tooling: { account: string; region: string },
  variables: NodeJS.ProcessEnv,
): Promise<Operator> {
  const wanted = { what: 'the tooling account', option: 'AWS_PROFILE', ...tooling };
  const caller = await settingsFor(wanted, variables);
  const { Arn: by = 'somebody' } = await new STSClient(caller).send(new GetCallerIdentityCommand({}));
  const role = `arn:aws:iam::${tooling.account}:role/${operatorRole(system.prefix, environment.name)}`;
  const settings = await assume(caller, role, by).catch((cause: Error) => {
    throw new Refusal(
      `${by} may not assume ${role}: ${cause.message}. Its operators are named in configuration.json, 'operators', and delivered with the pipeline.`,
    );
  });
  return { by, settings };
}

/** Settings of a session of the role, which carries the person's name. */
export async function assume(as: ClientSettings, RoleArn: string, by: string): Promise<ClientSettings> {
  const RoleSessionName = by
    .split('/')
    .pop()!
    .replace(/[^\w+=,.@-]/g, '-')
    .slice(0, 64);
  const { Credentials: given } = await new STSClient(as).send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
  const credentials = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  };
  return { region: as.region, credentials: async () => credentials };
}
