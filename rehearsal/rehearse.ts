// npm run rehearse: the whole pipeline, from a git push to a promoted prod, with no AWS account.
import { isAbsolute, join, relative } from 'node:path';
import { readOptions, usage, UsageError, type Options } from './session/options';
import { Rehearsal } from './session/rehearsal';

// The SDK's notice about Node 20 helps nobody here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const root = join(__dirname, '..');
const reportFolder = join(root, 'reports', 'rehearsal');

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(usage);
  await rehearse(options);
}

async function rehearse(options: Options): Promise<void> {
  const rehearsal = new Rehearsal(options, root, shown(reportFolder));
  let ending: Promise<void> | undefined;
  /** However it ends: no process, port or temporary folder stays behind. */
  const end = (code: number, why?: string) => (ending ??= endNow(code, why));
  const endNow = async (code: number, why?: string) => {
    // What ends last may wait for something that does not keep a process alive by itself.
    setInterval(() => {}, 1000);
    await rehearsal.end(why).catch((error: Error) => console.error(error.message));
    process.exit(code);
  };
  // A kept rehearsal ends by Ctrl-C as its last execution did.
  process.on('SIGINT', () => void end(rehearsal.outcome ?? 130, 'interrupted'));
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
    const succeeded = await rehearsal.run();
    await end(succeeded ? 0 : 1);
  } catch (error) {
    if (ending) return ending;
    console.error(`\nThe rehearsal could not go on: ${(error as Error).message}`);
    if (options.verbose) console.error(error);
    await end(1);
  }
}

/** A path as short as it can be from where the person is. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
