import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildServices } from '../../scripts/build';
import { freePort, ServiceProcess } from './service-process';

export interface Started {
  process: ServiceProcess;
  address: string;
}

/** Services as built, for the tests of one file. */
export class StartedServices {
  private readonly build = mkdtempSync(join(tmpdir(), 'services-'));
  private readonly started: ServiceProcess[] = [];

  constructor() {
    buildServices(resolve(__dirname, '../..'), this.build);
  }

  /** Starts one with those variables, and waits until it listens. */
  async start(service: string, variables: Record<string, string> = {}): Promise<Started> {
    const port = await freePort();
    const process = new ServiceProcess(this.build, service, { PORT: `${port}`, DRAIN_SECONDS: '0', ...variables });
    this.started.push(process);
    await process.logged('listening');
    return { process, address: `http://127.0.0.1:${port}` };
  }

  /** Starts one that is expected to end by itself, and gives its first line. */
  async refused(service: string, variables: Record<string, string>): Promise<Record<string, unknown>> {
    const process = new ServiceProcess(this.build, service, variables);
    this.started.push(process);
    const code = await process.exitCode();
    return { code, ...(JSON.parse(process.lines[0]!) as object) };
  }

  async end(): Promise<void> {
    for (const process of this.started) process.signal('SIGKILL');
    await Promise.all(this.started.map((process) => process.exitCode()));
    rmSync(this.build, { recursive: true });
  }
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });

export async function bodyOf(answer: Response): Promise<Record<string, unknown> & { error?: { code: string } }> {
  return (await answer.json()) as Record<string, unknown>;
}
