import { spawn, type ChildProcess } from 'node:child_process';

// Reads "+pid" and "-pid"; at the end of its input, which is the end of its parent, it kills the groups that are left.
const script = `
pids=
while read -r line; do
  case $line in
    +*) pids="$pids \${line#+}" ;;
    -*) kept=; for p in $pids; do [ "$p" = "\${line#-}" ] || kept="$kept $p"; done; pids=$kept ;;
  esac
done
for p in $pids; do kill -s KILL -- "-$p" 2>/dev/null; done
exit 0`;

/** A shell that outlives this process for a moment and kills the process groups it leaves behind, however it ended. */
export class Guardian {
  private readonly shell: ChildProcess;
  private readonly ended: Promise<void>;

  constructor() {
    // Its own session: a Ctrl-C in the terminal reaches this process and not the guardian.
    this.shell = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: {} });
    this.ended = new Promise((done) => this.shell.once('close', () => done()).once('error', () => done()));
    this.shell.stdin!.on('error', () => {});
    this.shell.unref();
  }

  watch(pid: number): void {
    this.shell.stdin!.write(`+${pid}\n`);
  }
  forget(pid: number): void {
    if (this.shell.stdin!.writable) this.shell.stdin!.write(`-${pid}\n`);
  }
  async end(): Promise<void> {
    this.shell.stdin!.end();
    await this.ended;
  }
}
