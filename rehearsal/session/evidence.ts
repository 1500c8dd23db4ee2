import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Cloud, Environment } from '../cloud/state';

/** Where the pipeline's stack keeps evidence of releases, as it tells. */
export function evidenceBucket(tooling: Environment, pipeline: string): string | undefined {
  const stack = tooling.stacks.find(({ name }) => name === pipeline);
  return stack?.outputs.find(({ key }) => key === 'EvidenceBucketName')?.value;
}

/** Copies what the bucket has of all executions, in place of what was there; the cloud goes, the files stay. Returns their number. */
export function copyEvidence(cloud: Cloud, bucket: string, folder: string): number {
  rmSync(folder, { recursive: true, force: true });
  const objects = [...(cloud.objects.get(bucket) ?? [])];
  for (const [key, { body }] of objects) {
    const file = join(folder, ...key.split('/'));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, body);
  }
  return objects.length;
}
