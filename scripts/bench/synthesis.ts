import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const variants = [
  { app: 'one bucket', entry: 'scripts/bench/one-bucket.ts', validation: false },
  { app: 'pipeline', entry: 'pipeline/app.ts', validation: false },
  { app: 'one bucket', entry: 'scripts/bench/one-bucket.ts', validation: true },
  { app: 'pipeline', entry: 'pipeline/app.ts', validation: true },
];

export interface SynthesisRow {
  app: string;
  /** CDK's rule engine judges every template. */
  validation: boolean;
  /** In all templates of the assembly. */
  resources: number;
  milliseconds: { median: number; fastest: number; slowest: number };
  /** To one bucket with the same validation. */
  ratio: number;
  /** What the app takes beyond one bucket, for each resource beyond that one. Absent for the bucket itself. */
  millisecondsPerResource?: number;
}

/** Synthesizes each variant once a round, so that a slow minute of the machine meets all of them alike. */
export function measureSynthesis(root: string, rounds: number): SynthesisRow[] {
  const measured = variants.map((variant) => ({ ...variant, times: [] as number[], resources: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const variant of measured) {
      const { milliseconds, resources } = synthesize(root, variant.entry, variant.validation);
      variant.times.push(milliseconds);
      variant.resources = resources;
    }
  }
  return measured.map(({ app, validation, resources, times }) => {
    const floor = measured.find((other) => other.app === 'one bucket' && other.validation === validation)!;
    const more = resources - floor.resources;
    return {
      app,
      validation,
      resources,
      milliseconds: { median: median(times), fastest: Math.min(...times), slowest: Math.max(...times) },
      ratio: median(times) / median(floor.times),
      ...(more > 0 && { millisecondsPerResource: (median(times) - median(floor.times)) / more }),
    };
  });
}

function synthesize(root: string, entry: string, validation: boolean) {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-'));
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    // What the CDK CLI hands to an app.
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, placeholders: 'allowed' }),
    CDK_VALIDATION: String(validation),
  };
  try {
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', entry], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    const milliseconds = performance.now() - began;
    if (status !== 0) throw new Error(`${entry} does not synthesize:\n${stderr}`);
    return { milliseconds, resources: resourcesIn(outdir) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function resourcesIn(assembly: string): number {
  return readdirSync(assembly, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(assembly, file), 'utf8')) as { Resources?: object })
    .reduce((sum, { Resources = {} }) => sum + Object.keys(Resources).length, 0);
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
