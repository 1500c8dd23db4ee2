import { program, type Work } from '../../pipeline/programs/program';

/** Makes the caller's file a command for a person. */
export function command(caller: NodeJS.Module, work: Work): void {
  // The SDK announces the end of its support for a Node version on every start; it is no news to a person who waits for an answer.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  program(caller, work);
}
