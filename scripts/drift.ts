// npm run drift: what somebody changed beside CloudFormation.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stackKinds } from '../declarations/effective';
import { Refusal, seconds, type Work } from '../pipeline/programs/program';
import type { Stage } from '../promotion/stage';
import { realPace } from '../promotion/wait';
import { readConfiguration } from '../stages/configuration';
import { type ClientSettings, refusePlaceholders } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions } from './commands/options';
import { readingSettings } from './commands/reading';
import { stagesNamed } from './commands/stages';
import { detectDrift } from './drift/detection';
import { factsOf } from './drift/facts';
import { reportOf } from './drift/report';
import { readStacks } from './outputs/stacks';

const usage = `npm run drift -- [options]

Lets CloudFormation compare every stack's template with what there is, and tells what CodeDeploy and scaling change by design
(the listener rules' forwards, revisions, numbers of tasks) from what somebody else changed. Changes nothing.

  --stage NAME     only this environment (default: all)
  --system NAME    of this system (default: the one in configuration.json)
  --help           show this

Exit code: 0 without drift, 1 with drift or where something could not be checked, 2 for a wrong command line.
Credentials: those of the environment's account, or of the tooling account, which CDK's lookup role lets read.
CloudFormation compares only what a template sets: what else a stage must be, 'npm run check' looks at.`;

const text = { type: 'string' } as const;

export const drift: Work = async ({ args, variables, say }) => {
  const options = readOptions(args, { stage: text, system: text }, usage);
  if (options === 'help') return say(usage);
  const stages = known(() => stagesNamed(options.stage, options.system));
  const names = stages.map((s) => s.environment.name);
  refusePlaceholders(readConfiguration(), names, variables);
  const pace = realPace(seconds(variables, 'POLL_SECONDS', 5));

  const wrong: string[] = [];
  for (const stage of stages) {
    const { name } = stage.environment;
    try {
      const report = await look(stage, await readingSettings(stage, variables, 'drift'), pace);
      if (!report) {
        say(`${name} is not deployed.`);
        continue;
      }
      for (const line of report.lines) say(line);
      if (report.drift || report.incomplete) wrong.push(name);
    } catch (error) {
      say(`${name} could not be checked: ${(error as Error).message}`);
      wrong.push(name);
    }
  }
  if (wrong.length) throw new Refusal(`Drift, or not checked: ${wrong.join(', ')}`);
};

async function look(stage: Stage, settings: ClientSettings, pace: ReturnType<typeof realPace>) {
  const cloudFormation = new CloudFormationClient(settings);
  // A stage of which a stack is missing is an error that names it.
  if (!(await readStacks(cloudFormation, stage))) return undefined;
  const names = stackKinds(stage.system).map((kind) => stage.names.stack(kind));
  const services = await factsOf(stage, settings);
  const stacks = await Promise.all(names.map((name) => detectDrift(cloudFormation, name, pace)));
  return reportOf(stage.environment.name, stacks, services);
}

command(module, drift);
