// npm run rehearse: the whole pipeline, from a git push to a promoted prod, with no AWS account.
import { isAbsolute, join, relative } from 'node:path';
import { command, root } from './session/command';
import { readOptions, usage, type Options } from './session/options';
import { Rehearsal } from './session/rehearsal';
import { runToEnd } from './session/run-to-end';

const reportFolder = join(root, 'reports', 'rehearsal');

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') return console.log(usage);
  await rehearse(options);
}

async function rehearse(options: Options): Promise<void> {
  const rehearsal = new Rehearsal(options, root, shown(reportFolder));
  // A kept rehearsal ends by Ctrl-C as its last execution did.
  await runToEnd(
    rehearsal,
    async () => ((await rehearsal.run()) ? 0 : 1),
    () => rehearsal.outcome,
    options.verbose,
  );
}

/** A path as short as it can be from where the person is. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

command(main);
