// npm run outputs: what was deployed, as files. Also a program that a pipeline's step can run, by the variables of a step.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Refusal, type Work } from '../pipeline/programs/program';
import { readConfiguration } from '../stages/configuration';
import { refusePlaceholders } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions } from './commands/options';
import { readingSettings } from './commands/reading';
import { stagesNamed } from './commands/stages';
import { type EnvironmentOutputs, writeOutputs } from './outputs/files';
import { flatOutputs } from './outputs/flat-outputs';
import { readStacks } from './outputs/stacks';

const usage = `npm run outputs -- [options]

Writes what the stacks of each environment tell to cfn-outputs/<environment>.json, and to cfn-outputs/flat-outputs.json that of
the environment asked for, or of the one deployed last.

  --stage NAME     only this environment (default: variable STAGE, else all)
  --system NAME    of this system (default: variable SYSTEM, else the one in configuration.json)
  --help           show this

Credentials: those of the environment's account, or of the tooling account, which CDK's lookup role lets read.`;

const text = { type: 'string' } as const;

export const outputs: Work = async ({ args, variables, directory, say }) => {
  const options = readOptions(args, { stage: text, system: text }, usage);
  if (options === 'help') return say(usage);
  const { stage = variables.STAGE, system = variables.SYSTEM } = options;
  const stages = known(() => stagesNamed(stage, system));
  const names = stages.map((s) => s.environment.name);
  refusePlaceholders(readConfiguration(), names, variables);

  const found: EnvironmentOutputs[] = [];
  const failed: string[] = [];
  for (const one of stages) {
    try {
      const settings = await readingSettings(one, variables, 'outputs');
      const stacks = await readStacks(new CloudFormationClient(settings), one);
      if (!stacks) say(`${one.environment.name} is not deployed.`);
      else {
        const flat = flatOutputs(one.system, stacks.outputs);
        found.push({ environment: one.environment.name, changed: stacks.changed, flat });
      }
    } catch (error) {
      failed.push(`${one.environment.name}: ${(error as Error).message}`);
    }
  }
  if (found.length) say(`Written: ${writeOutputs(directory, found).join(', ')}`);
  if (failed.length) throw new Refusal(`Could not be read:\n${failed.join('\n')}`);
  if (!found.length) throw new Refusal(`Nothing is deployed of ${names.join(', ')}: there is nothing to write`);
};

command(module, outputs);
