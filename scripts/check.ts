// npm run check: the live checks, from a desk. The pipeline's step runs the same suites by integration-tests/cli.ts.
import { chosen } from '../integration-tests/chosen';
import { runChecks } from '../integration-tests/runner/run-checks';
import { suites } from '../integration-tests/suites';
import { lookWith, type Sessions } from '../integration-tests/support/sessions';
import { Refusal, type Work } from '../pipeline/programs/program';
import { type Stage, stageNamed } from '../promotion/stage';
import { readConfiguration } from '../stages/configuration';
import { refusePlaceholders, settingsFor } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions, wrongUsage } from './commands/options';

const usage = `npm run check -- --stage NAME [options]

Compares a deployed environment with what is declared, in the checkout that delivered it. Reads, and sends requests by the stage's
probe; changes nothing, but for the environments that declare a trial of scaling: there it raises and resets the alarm of a policy.

  --stage NAME            this environment
  --system NAME           of this system (default: the one in configuration.json)
  --only SUITE            only this suite; may be repeated
                          ${suites.map((s) => s.name).join(', ')}
  --profile NAME          profile of AWS's configuration files with credentials of the environment's account
                          (default: the SDK's default chain)
  --tooling-profile NAME  the same for the tooling account, whose image repositories the suite 'registry' reads
  --help                  show this

Exit code: 0 all passed, 1 a check failed, 2 called wrongly. Report: reports/live-checks.xml

Variables
  POLL_SECONDS            between two looks, 5 if not given`;

const text = { type: 'string' } as const;
const optional = {
  stage: text,
  system: text,
  only: { type: 'string', multiple: true },
  profile: text,
  'tooling-profile': text,
} as const;

export const check: Work = async ({ args, variables, directory, say }) => {
  const options = readOptions(args, optional, usage);
  if (options === 'help') return say(usage);
  if (!options.stage) throw wrongUsage('Which environment? Give --stage', usage);
  const stage = known(() => stageNamed(options.stage!, options.system));
  const wanted = known(() => chosen(suites, options.only));
  lookWith(
    await sessions(
      stage,
      options,
      wanted.some((s) => s.name === 'registry'),
      variables,
    ),
  );

  const { environment, system } = stage;
  say(`Checking ${system.name} in ${environment.name}, account ${environment.account}, ${environment.region}`);
  // Suites are files of their own: they read which stage is checked from here.
  process.env.STAGE = environment.name;
  process.env.SYSTEM = system.name;
  const code = await runChecks(wanted, `${directory}/reports`, say);
  if (code) throw new Refusal(`${environment.name} is not as it is declared.`);
};

async function sessions(
  stage: Stage,
  options: { profile?: string; 'tooling-profile'?: string },
  readsRegistry: boolean,
  variables: NodeJS.ProcessEnv,
): Promise<Sessions> {
  const { name, account, region } = stage.environment;
  const configuration = readConfiguration();
  refusePlaceholders(configuration, readsRegistry ? [name, 'tooling'] : [name], variables);
  const own = await settingsFor(
    { what: name, account, region, profile: options.profile, option: '--profile' },
    variables,
  );
  const tooling = { what: 'the tooling account', account: configuration.tooling.account, region: stage.toolingRegion };
  if (!readsRegistry) return { stage: own, tooling: own };
  // One account for both: its credentials are there already.
  const profile = options['tooling-profile'] ?? (tooling.account === account ? options.profile : undefined);
  try {
    return { stage: own, tooling: await settingsFor({ ...tooling, profile, option: '--tooling-profile' }, variables) };
  } catch (error) {
    const others = suites.filter((s) => s.name !== 'registry').map((s) => `--only ${s.name}`);
    throw new Refusal(
      `The suite 'registry' reads the image repositories. ${(error as Error).message}\nAll other suites: ${others.join(' ')}`,
    );
  }
}

command(module, check);
