import type { Rehearsal } from './rehearsal';

/**
 * Works with a rehearsal and exits with the code of the work. However it ends: no process, port or temporary folder stays behind.
 * @param interrupted exit code after Ctrl-C. @default 130
 */
export async function runToEnd(
  rehearsal: Rehearsal,
  work: () => Promise<number>,
  interrupted: () => number | undefined,
  verbose: boolean,
): Promise<void> {
  let ending: Promise<void> | undefined;
  const end = (code: number, why?: string) => (ending ??= endNow(code, why));
  const endNow = async (code: number, why?: string) => {
    // What ends last may wait for something that does not keep a process alive by itself.
    setInterval(() => {}, 1000);
    await rehearsal.end(why).catch((error: Error) => console.error(error.message));
    process.exit(code);
  };
  process.on('SIGINT', () => void end(interrupted() ?? 130, 'interrupted'));
  process.on('SIGTERM', () => void end(143, 'terminated'));
  process.on('SIGHUP', () => void end(129, 'the terminal was closed'));
  // A program that started the rehearsal with a channel to it has gone.
  process.on('disconnect', () => void end(129, 'whoever started it has ended'));
  const broken = (error: unknown) => {
    if (ending) return; // what was under way misses what has ended
    console.error(error);
    void end(1);
  };
  // Whoever read the output has gone.
  process.stdout.on('error', () => void end(1));
  process.on('uncaughtException', broken);
  process.on('unhandledRejection', broken);
  try {
    await end(await work());
  } catch (error) {
    if (ending) return ending;
    console.error(`\nThe rehearsal could not go on: ${(error as Error).message}`);
    if (verbose) console.error(error);
    await end(1);
  }
}
