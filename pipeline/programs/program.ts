import { whenMain } from '../when-main';

/** A check that failed, in words for whoever reads the log. Ends the program with 1. */
export class Refusal extends Error {}

/** The program was started in a way that it does not understand. Ends it with 2. */
export class WrongUsage extends Error {}

/** What a program works with: its process, or a test's values. */
export interface Call {
  /** Arguments after the program's name. */
  args: string[];
  variables: NodeJS.ProcessEnv;
  /** Working directory. */
  directory: string;
  say: (line: string) => void;
}
export type Work = (call: Call) => Promise<void>;

/** Makes the caller's file a program that a step can run with node. */
export function program(caller: NodeJS.Module, work: Work): void {
  whenMain(caller, async () => {
    const call = { args: process.argv.slice(2), variables: process.env, directory: process.cwd(), say: console.log };
    process.exitCode = await run(work, call);
  });
}

/** Exit code of the work: 0 done, 1 refused or failed, 2 wrong usage. Errors are told in a sentence, without a stack trace. */
export async function run(work: Work, call: Call): Promise<number> {
  try {
    await work(call);
    return 0;
  } catch (error) {
    const { name, message } = error as Error;
    call.say(error instanceof Refusal || error instanceof WrongUsage ? message : `${name}: ${message}`);
    return error instanceof WrongUsage ? 2 : 1;
  }
}

/** A variable that the step sets. Throws where it is missing. */
export function needed(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new WrongUsage(`The environment variable ${name} is missing: the pipeline's step sets it`);
}

/** A number of seconds in a variable, or another where it is not given. Throws where it is no such number. */
export function seconds(variables: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = variables[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() && Number.isFinite(value) && value >= 0) return value;
  throw new WrongUsage(`The environment variable ${name} is a number of seconds, not '${text}'`);
}
