import { spawnSync } from 'node:child_process';
import type { Call } from './program';

/**
 * Keeps an image one manifest. BuildKit's own attestations, which nobody could verify, would make it an index, and ECR's basic scan
 * does not look into one.
 * Sources: Docker, "Build variables"; moby/buildkit#3499.
 */
const plain = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' };

/** The three things that building an image once takes. Output goes to the step's log. Throws where docker fails or is missing. */
export class Docker {
  constructor(private readonly call: Pick<Call, 'directory' | 'variables'>) {}

  /** The password goes through standard input, never onto a command line. */
  login(registry: string, password: string): void {
    this.run(['login', '--username', 'AWS', '--password-stdin', registry], password);
  }
  /** Tasks run on Linux/X86_64, whatever builds them. */
  build(reference: string, context: string): void {
    this.run(['build', '--platform', 'linux/amd64', '--tag', reference, context]);
  }
  push(reference: string): void {
    this.run(['push', reference]);
  }

  private run(args: string[], input = ''): void {
    const { status, signal, error } = spawnSync('docker', args, {
      cwd: this.call.directory,
      env: { ...this.call.variables, ...plain },
      input,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    // EPIPE: docker ended before it read all; its own status says more.
    if (error && status === null && !signal) throw new Error(`docker could not be started: ${error.message}`);
    if (status !== 0) throw new Error(`docker ${args[0]} ended with ${signal ?? status}`);
  }
}
