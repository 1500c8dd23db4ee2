import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administratorKey } from '../../cloud/identity';
import { startLocalCloud } from '../../cloud/local-cloud';

/** A local cloud in a folder of its own, and the settings with which an account's administrator calls it. */
export async function local() {
  const directory = mkdtempSync(join(tmpdir(), 'local-cloud-'));
  const lines: string[] = [];
  const { cloud, endpoint, stop } = await startLocalCloud({ directory, speed: 600, log: (line) => lines.push(line) });
  const as = (accessKeyId: string, region = 'us-east-1') => ({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  return {
    cloud,
    endpoint,
    lines,
    as,
    administrator: (account: string, region?: string) => as(administratorKey(account), region),
    async stop() {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
export type Local = Awaited<ReturnType<typeof local>>;
