// Whose credentials a command reads a stage with.
import { bootstrapRole } from '../../declarations/bootstrap';
import { openSession } from '../../promotion/session';
import type { Stage } from '../../promotion/stage';
import { isLocal } from '../../stages/configuration';
import { callerAccount, type ClientSettings, localCredentials } from './accounts';

/**
 * A step's own role where it has one; else the caller's credentials, or CDK's lookup role, which trusts the tooling account and
 * may read.
 * @param sessionName appears in CloudTrail.
 */
export async function readingSettings(
  { environment }: Pick<Stage, 'environment'>,
  variables: NodeJS.ProcessEnv,
  sessionName: string,
): Promise<ClientSettings> {
  const { account, region } = environment;
  if (variables.STAGE_ROLE_ARN) return openSession(region, variables.STAGE_ROLE_ARN, sessionName);
  if (isLocal(variables)) return { region, credentials: async () => localCredentials(account) };
  if ((await callerAccount({ region })) === account) return { region };
  const lookupRole = `arn:aws:iam::${account}:role/${bootstrapRole('lookup-role', environment)}`;
  return openSession(region, lookupRole, sessionName);
}
