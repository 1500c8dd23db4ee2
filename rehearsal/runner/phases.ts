import { phaseNames, type Buildspec, type PhaseName } from './buildspec';

export interface PhaseResult {
  name: PhaseName;
  status: 'SUCCEEDED' | 'FAILED';
  /** What failed, as CodeBuild words it. */
  message?: string;
  started: Date;
  ended: Date;
}
type Run = (command: string) => Promise<number>;

/**
 * Runs a build's phases in CodeBuild's order: a failed command ends its phase, a failed install or pre_build ends the build,
 * and post_build runs after a failed build too, with CODEBUILD_BUILD_SUCCEEDING=0.
 * Source: AWS CodeBuild, "Build phase transitions".
 */
export async function runPhases(spec: Buildspec, run: Run, log: (line: string) => void): Promise<PhaseResult[]> {
  const results: PhaseResult[] = [];
  const failed = () => results.some((r) => r.status === 'FAILED');
  for (const name of phaseNames) {
    const phase = spec.phases[name];
    if (!phase) continue;
    await run(`export CODEBUILD_BUILD_SUCCEEDING=${failed() ? 0 : 1}`);
    const started = new Date();
    log(`Entering phase ${name.toUpperCase()}`);
    const message = (await runUntilFailure(phase.commands, run, log)) ?? undefined;
    const afterwards = (await runUntilFailure(phase.finally, run, log)) ?? undefined;
    const problem = message ?? afterwards;
    results.push({ name, status: problem ? 'FAILED' : 'SUCCEEDED', message: problem, started, ended: new Date() });
    log(`Phase complete: ${name.toUpperCase()} State: ${problem ? 'FAILED' : 'SUCCEEDED'}`);
    const goesOn = !problem || phase.onFailure === 'CONTINUE' || name === 'build';
    if (!goesOn) break;
  }
  return results;
}

async function runUntilFailure(commands: string[], run: Run, log: (line: string) => void): Promise<string | undefined> {
  for (const command of commands) {
    log(`Running command ${command}`);
    const status = await run(command);
    if (status) return `Error while executing command: ${command}. Reason: exit status ${status}`;
  }
  return undefined;
}
