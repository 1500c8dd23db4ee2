// A command that tries one thing after the other in a rehearsal whose first delivery reached every stage.
import { join } from 'node:path';
import { root } from '../session/command';
import { Rehearsal } from '../session/rehearsal';
import { runToEnd } from '../session/run-to-end';
import { readOptions, type Choice, type Options } from './options';

export interface Exercises extends Choice {
  /** Name of its folder below reports/. */
  report: string;
  /** A line for each name, for --list. */
  listed(): string[];
  /**
   * Runs those that were chosen, and leaves a report in the folder.
   * @returns the exit code
   */
  run(rehearsal: Rehearsal, options: Options, folder: string): Promise<number>;
}

/** Runs the command with what it was told. */
export async function exercise(exercises: Exercises): Promise<void> {
  const options = readOptions(process.argv.slice(2), exercises);
  if (options === 'help') return console.log(exercises.usage);
  if (options.list) return exercises.listed().forEach((line) => console.log(line));
  const folder = join(root, 'reports', exercises.report);
  const settings = { approve: true, keep: true, speed: 60, port: 0, verbose: options.verbose };
  const rehearsal = new Rehearsal(settings, root, folder, options.verbose);
  await runToEnd(
    rehearsal,
    () => exercises.run(rehearsal, options, folder),
    () => undefined,
    options.verbose,
  );
}
