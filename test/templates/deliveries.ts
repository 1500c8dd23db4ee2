import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Environment } from '../../declarations/environment';
import type { System } from '../../declarations/system';
import { PipelineStack } from '../../pipeline/pipeline-stack';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { quickContext } from '../../scripts/quick-context';
import { configuration, imagesOf } from '../stacks/support';

/** A system with the pipeline that delivers it to all environments. */
export interface Delivery {
  readonly system: System;
  readonly environments: Environment[];
  /** Still to be synthesized: rules look at its constructs. */
  readonly app: App;
}

/** The delivery of a system, as constructs. */
export function deliveryOf(system: System, outdir: string, validation = false): Delivery {
  const app = new App({
    outdir,
    context: { ...quickContext, '@aws-cdk/core:validateAgainstDefaultRules': validation },
  });
  const environments = environmentsOf(configuration, system);
  const images = Object.fromEntries(Object.entries(imagesOf(system)).map(([name, tag]) => [name, { tag }]));
  const tooling = toolingOf(configuration, system);
  new PipelineStack(app, { configuration, system, tooling, environments, images });
  return { system, environments, app };
}

export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'deliveries-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
