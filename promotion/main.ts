import { type Arguments, readArguments, usage, UsageError, type Variables } from './arguments';
import { recordChecks } from './evidence/checks';
import { isRecorded, promoteOnRecord, releaseOnRecord } from './evidence/on-record';
import { evidenceTarget } from './evidence/target';
import { openSession } from './session';
import { type Stage, stageNamed } from './stage';
import { stop } from './stop';
import { realPace } from './wait';
import { watch } from './watch';
import { clientsOf, startWork, type Work } from './work';

/**
 * Runs one command and says what it does.
 * @returns the exit code: 0 done, 1 failed, 2 called wrongly.
 */
export async function main(
  args: string[],
  variables: Variables,
  say: (line: string) => void = (line) => console.log(line),
): Promise<number> {
  try {
    const asked = readArguments(args, variables);
    const stage = stageNamed(asked.stage, asked.system);
    return (await run(asked, stage, variables, say)) ? 0 : 1;
  } catch (error) {
    const wrongCall = error instanceof UsageError;
    say(wrongCall ? `${error.message}\n\n${usage}` : `Failed: ${(error as Error).message}`);
    return wrongCall ? 2 : 1;
  }
}

async function run(
  asked: Arguments,
  stage: Stage,
  variables: Variables,
  say: (line: string) => void,
): Promise<boolean> {
  const { command, limits, commit } = asked;
  const releaseRole = command === 'stop' ? variables.RELEASE_ROLE_ARN : undefined;
  const region = variables.STAGE_REGION ?? stage.environment.region;
  const session = openSession(region, releaseRole ?? variables.STAGE_ROLE_ARN, `promotion-${command}`);
  const clients = clientsOf(session, { region: stage.toolingRegion });
  const evidence = evidenceTarget(variables);
  const work: Work = startWork(stage, clients, { pace: realPace(asked.poll), say, limits, commit, evidence });
  switch (command) {
    case 'watch':
      return watch(work, servicesNamed(stage, asked.services));
    case 'release':
      return releaseOnRecord(work);
    case 'promote':
      return promoteOnRecord({ ...work, commit: commit! });
    case 'stop':
      return stop(work);
    case 'evidence':
      if (!isRecorded(work)) throw new UsageError('Where is evidence kept? Set EVIDENCE_BUCKET');
      await recordChecks(work, asked.reports, asked.refused);
      return true;
  }
}

/** Those services, or all where none is named. */
function servicesNamed({ system }: Stage, names: string[]) {
  const unknown = names.find((name) => !system.services.some((s) => s.name === name));
  if (unknown) {
    throw new UsageError(
      `There is no service '${unknown}'. Services: ${system.services.map((s) => s.name).join(', ')}`,
    );
  }
  return names.length ? system.services.filter((s) => names.includes(s.name)) : system.services;
}
