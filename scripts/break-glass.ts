// npm run break-glass: writes down who acts by hand and why, before anything is done, and says how.
import { breakGlassKey } from '../declarations/evidence';
import { type Work, WrongUsage } from '../pipeline/programs/program';
import { stageNamed } from '../promotion/stage';
import { readConfiguration } from '../stages/configuration';
import { toolingOf } from '../stages/environments';
import { operatorRole } from '../declarations/names';
import { refusePlaceholders } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions } from './commands/options';
import { EvidenceBucket } from './rollback/evidence-bucket';
import { becomeOperator } from './rollback/operator';

const usage = `npm run break-glass -- --stage NAME --reason TEXT [options]

For when the pipeline itself is broken. Writes into the evidence bucket who acts by hand and why, and then prints which roles to take on and the commands
that stop, continue or take back a deployment. It changes nothing in the environment.

  --stage NAME     needed
  --reason TEXT    needed: why
  --system NAME    of this system (default: the one in configuration.json)
  --help           show this

Exit code: 0 written, 1 refused or failed: then do not go on, 2 for a wrong command line.
Credentials: those of one of the 'operators' in configuration.json, in the tooling account; AWS_PROFILE chooses them.`;

const text = { type: 'string' } as const;

export const breakGlass: Work = async ({ args, variables, say }) => {
  const options = readOptions(args, { stage: text, reason: text, system: text }, usage);
  if (options === 'help') return say(usage);
  const reason = options.reason?.trim();
  if (!options.stage) throw new WrongUsage(`Which environment? Give --stage\n\n${usage}`);
  if (!reason) throw new WrongUsage(`Why? Give --reason "…": it is kept with the evidence\n\n${usage}`);
  const stage = known(() => stageNamed(options.stage!, options.system));
  const { system, environment, names } = stage;
  const configuration = readConfiguration();
  refusePlaceholders(configuration, ['tooling', environment.name], variables);

  const tooling = toolingOf(configuration, system);
  const { by, settings } = await becomeOperator(stage, tooling, variables);
  const at = new Date().toISOString();
  const key = breakGlassKey(system.name, environment.name, `break-glass-${at.replace(/[:.]/g, '-')}`);
  const bucket = await EvidenceBucket.of(stage, settings);
  const written = { schema: 1, system: system.name, stage: environment.name, by, reason, at };
  say(`Written: ${await bucket.put(key, `${JSON.stringify(written, null, 2)}\n`)}`);
  const role = (name: string, account: string) => `arn:aws:iam::${account}:role/${name}`;
  const operator = `${system.prefix}-operator`;
  for (const line of [
    'Two profiles for ~/.aws/config; put your own in the place of <yours>:',
    `  [profile ${operator}]`,
    `  role_arn = ${role(operatorRole(system.prefix, environment.name), tooling.account)}`,
    '  source_profile = <yours>',
    `  region = ${tooling.region}`,
    `  [profile ${operator}-release]`,
    `  role_arn = ${role(names.deliveryRole('release'), environment.account)}`,
    `  source_profile = ${operator}`,
    `  region = ${environment.region}`,
    'What is in flight, and its end, with traffic where it was:',
    `  export AWS_PROFILE=${operator}-release`,
    `  aws deploy list-deployments --application-name ${names.codeDeployApplication} --deployment-group-name ${names.deploymentGroup(system.services.find((s) => s.release === 'BLUE_GREEN')!)} --include-only-statuses Created InProgress Ready`,
    `  SYSTEM=${system.name} node build/programs/promotion.js stop --stage ${environment.name}`,
    'To let a held deployment go on, unchecked, take the role of the promotion instead:',
    `  role_arn = ${role(names.deliveryRole('promotion'), environment.account)}`,
    '  aws deploy continue-deployment --deployment-wait-type READY_WAIT --deployment-id <its id>',
    'To go back to the release before, checked: npm run rollback. More: docs/operations.md, "When the pipeline is broken".',
  ])
    say(line);
};

command(module, breakGlass);
