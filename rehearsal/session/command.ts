import { join } from 'node:path';
import { UsageError } from './command-line';

/** The checkout that is rehearsed. */
export const root = join(__dirname, '../..');

/** Runs a command of the rehearsal. A wrong command line exits with 2, any other failure with 1, and says why. */
export function command(main: () => Promise<void>): void {
  // The SDK's notice about Node 20 helps nobody here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  });
}
