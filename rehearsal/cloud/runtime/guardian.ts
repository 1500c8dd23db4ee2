import { spawn, type ChildProcess } from 'node:child_process';

// Reads "+pid", "!pid" and "-pid"; at the end of its input, which is the end of its parent, it ends the groups that are left:
// those with "!" by SIGQUIT first, in three seconds at most.
const script = `
pids= gentle=
while read -r line; do
  case $line in
    +*) pids="$pids \${line#+}" ;;
    !*) gentle="$gentle \${line#!}" ;;
    -*)
      kept=; for p in $pids; do [ "$p" = "\${line#-}" ] || kept="$kept $p"; done; pids=$kept
      kept=; for p in $gentle; do [ "$p" = "\${line#-}" ] || kept="$kept $p"; done; gentle=$kept ;;
  esac
done
for p in $gentle; do kill -s QUIT -- "-$p" 2>/dev/null; done
for p in $pids; do kill -s KILL -- "-$p" 2>/dev/null; done
tries=0
for p in $gentle; do
  while [ $tries -lt 30 ] && kill -0 "$p" 2>/dev/null; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL -- "-$p" 2>/dev/null
done
exit 0`;

/** A shell that outlives this process for a moment and kills the process groups it leaves behind, however it ended. */
export class Guardian {
  private readonly shell: ChildProcess;
  private readonly ended: Promise<void>;

  constructor() {
    // Its own session: a Ctrl-C in the terminal reaches this process and not the guardian.
    this.shell = spawn('/bin/sh', ['-c', script], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    });
    this.ended = new Promise((done) => this.shell.once('close', () => done()).once('error', () => done()));
    this.shell.stdin!.on('error', () => {});
    this.shell.unref();
  }

  /** gently: by SIGQUIT before SIGKILL. */
  watch(pid: number, gently = false): void {
    this.shell.stdin!.write(`${gently ? '!' : '+'}${pid}\n`);
  }
  forget(pid: number): void {
    if (this.shell.stdin!.writable) this.shell.stdin!.write(`-${pid}\n`);
  }
  async end(): Promise<void> {
    this.shell.stdin!.end();
    await this.ended;
  }
}
