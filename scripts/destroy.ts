// npm run destroy: everything of an environment goes.
import { Refusal, type Work, WrongUsage } from '../pipeline/programs/program';
import { type Stage, stageNamed } from '../promotion/stage';
import { realPace } from '../promotion/wait';
import { readConfiguration } from '../stages/configuration';
import { refusePlaceholders, settingsFor } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions, wrongUsage } from './commands/options';
import { confirmed } from './destroy/confirmation';
import { destroyStage } from './destroy/destroy-stage';
import { closeTransition, firstSteps, whyNotYet } from './destroy/refusals';
import { stacksOf } from './destroy/stacks';
import { clientsOf, type Work as Destruction } from './destroy/work';

const usage = `npm run destroy -- --stage NAME [options]

Deletes everything of an environment: its stacks with their database, task definitions, logs, secrets and parameters; and, in the
tooling account, the marks of images that it runs and the record of what was delivered. Asks for the environment's name first.
An environment that retains data is refused.

  --stage NAME            this environment
  --system NAME           of this system (default: the one in configuration.json)
  --yes                   do not ask
  --profile NAME          profile of AWS's configuration files with credentials of the environment's account
                          (default: the SDK's default chain)
  --tooling-profile NAME  the same for the tooling account
  --help                  show this

Variables
  POLL_SECONDS            between two looks, 5 if not given`;

const text = { type: 'string' } as const;
const optional = {
  stage: text,
  system: text,
  yes: { type: 'boolean' },
  profile: text,
  'tooling-profile': text,
} as const;

export const destroy: Work = async ({ args, variables, say }) => {
  const options = readOptions(args, optional, usage);
  if (options === 'help') return say(usage);
  const { stage: name } = options;
  if (!name) throw wrongUsage('Which environment? Give --stage', usage);
  const stage = known(() => stageNamed(name, options.system));
  if (stage.environment.retainData) throw new Refusal(firstSteps(stage));

  const work: Destruction = {
    stage,
    clients: await clients(stage, options, variables),
    pace: realPace(pollSeconds(variables)),
    say,
  };
  const stacks = await stacksOf(work);
  const reason = whyNotYet(stacks, stage.environment.region);
  if (reason) throw new Refusal(reason);
  say(
    announcement(
      stage,
      stacks.map((s) => s.StackName!),
    ),
  );
  if (!options.yes && !(await asked(name, say))) throw new Refusal(`That is not '${name}': nothing was changed.`);

  const remaining = await destroyStage(work, stacks);
  if (remaining.length) throw new Refusal([`Of ${name} there still is:`, ...remaining, 'Run it again.'].join('\n'));
  say(
    `Nothing of ${name} is left. AWS deletes its KMS keys for good 7 days from now; CDKToolkit and the certificate in ACM stay.`,
  );
};

async function clients(
  stage: Stage,
  options: { profile?: string; 'tooling-profile'?: string },
  variables: NodeJS.ProcessEnv,
) {
  const { name, account, region } = stage.environment;
  const configuration = readConfiguration();
  refusePlaceholders(configuration, [name, 'tooling'], variables);
  const own = await settingsFor(
    { what: name, account, region, profile: options.profile, option: '--profile' },
    variables,
  );
  const tooling = { what: 'the tooling account', account: configuration.tooling.account, region: stage.toolingRegion };
  // One account for both: its credentials are there already.
  const profile = options['tooling-profile'] ?? (tooling.account === account ? options.profile : undefined);
  return clientsOf(own, await settingsFor({ ...tooling, profile, option: '--tooling-profile' }, variables));
}

function announcement(stage: Stage, stacks: string[]): string {
  const { environment, system } = stage;
  const { name, account, region } = environment;
  return [
    `Everything of ${name} (${system.name}, account ${account}, ${region}) is going to be deleted, its data included.`,
    stacks.length ? `Stacks: ${stacks.join(', ')}` : 'It has no stacks: what others left is looked for.',
    'The next delivery makes it again, and one that is in it now fails. To keep deliveries out, in the tooling account:',
    `  ${closeTransition(stage)}`,
  ].join('\n');
}

async function asked(name: string, say: (line: string) => void): Promise<boolean> {
  say(`Type ${name} to go on:`);
  return confirmed(name, process.stdin);
}

function pollSeconds({ POLL_SECONDS: given = '5' }: NodeJS.ProcessEnv): number {
  const seconds = Number(given);
  if (given.trim() && seconds >= 0) return seconds;
  throw new WrongUsage(`POLL_SECONDS is a number of seconds, not '${given}'`);
}

command(module, destroy);
