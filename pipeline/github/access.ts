import { pipelineName } from '../../declarations/names';
import { isLocal, placeholderAccounts, readConfiguration } from '../../stages/configuration';
import { toolingOf } from '../../stages/environments';
import { systemNamed } from '../../stages/systems';
import { program, Refusal, type Work, WrongUsage } from '../programs/program';
import { WorkflowRun } from './workflow-run';

/** Names of the roles that pipeline/github-access.ts makes for GitHub, by what they are for. */
const roles = { deliver: 'github', follow: 'github-follow', drift: 'github-drift' } as const;

/**
 * Tells later steps which role of the tooling account to assume, and in which region: `role` and `region`, from configuration.json.
 * Its argument is what for: deliver, follow or drift. Refuses placeholder accounts.
 */
export const access: Work = async ({ args: [use = ''], variables, say }) => {
  if (!(use in roles)) throw new WrongUsage(`What for? Usage: access.ts ${Object.keys(roles).join('|')}`);
  const configuration = readConfiguration();
  const placeholders = placeholderAccounts(configuration);
  if (placeholders.length && !isLocal(variables)) {
    throw new Refusal(
      `configuration.json still has placeholder accounts: ${placeholders.join(', ')}. Put your accounts there, ` +
        'and deploy the pipeline once from a desk: docs/deployment.md.',
    );
  }
  const system = systemNamed(configuration.system);
  const { account, region } = toolingOf(configuration, system);
  const run = new WorkflowRun(variables);
  const role = `arn:aws:iam::${account}:role/${pipelineName(system)}-${roles[use as keyof typeof roles]}`;
  run.output('role', role);
  run.output('region', region);
  say(`${role} in ${region}`);
};

program(module, access);
