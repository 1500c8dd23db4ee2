import { parseArgs } from 'node:util';
import { stageNamed } from '../promotion/stage';
import { systemNamed } from '../stages/systems';
import { chosen } from './chosen';
import { runChecks, type Suite } from './runner/run-checks';

export const usage = `Usage: node programs/live-checks.js --stage <environment> [options]

  --stage <environment>   default: variable STAGE
  --only <suite>          run only this one; may be repeated
  --reports <folder>      where live-checks.xml is written, 'reports' if not given

Variables: SYSTEM (which is checked, the configured one if not given), STAGE_ROLE_ARN and STAGE_REGION (role to assume, and
where), POLL_SECONDS (between two looks, 5 if not given)`;

/**
 * Checks a deployed stage.
 * @returns the exit code: 0 all passed, 1 a check failed, 2 called wrongly.
 */
export async function main(
  args: string[],
  suites: Suite[],
  say: (line: string) => void = (line) => console.log(line),
): Promise<number> {
  let options: Options;
  try {
    options = readOptions(args, suites);
  } catch (error) {
    say(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  try {
    const { environment, system } = stageNamed(options.stage, process.env.SYSTEM);
    say(`Checking ${system.name} in ${environment.name}, account ${environment.account}, ${environment.region}`);
    // Suites are files of their own, which Jest loads too: they read which stage is checked from here.
    process.env.STAGE = options.stage;
    return await runChecks(options.suites, options.reports, say);
  } catch (error) {
    say(`Failed: ${(error as Error).message}`);
    return 1;
  }
}

interface Options {
  stage: string;
  suites: Suite[];
  reports: string;
}

function readOptions(args: string[], suites: Suite[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      stage: { type: 'string', default: process.env.STAGE },
      only: { type: 'string', multiple: true },
      reports: { type: 'string', default: 'reports' },
    },
  });
  if (!values.stage) throw new Error('Which environment? Give --stage or set STAGE');
  // An unknown one is a wrong call.
  if (process.env.SYSTEM !== undefined) systemNamed(process.env.SYSTEM);
  return { stage: values.stage, suites: chosen(suites, values.only), reports: values.reports };
}
