import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Bundles the live checks, with the runner and the SDK clients that they need, into one file: a pipeline step runs it where no
 * package is installed.
 */
export function bundleLiveChecks(outfile: string, entry = join(__dirname, 'cli.ts')): void {
  const standIn = (name: string) => join(__dirname, 'runner', 'stand-ins', `${name}.ts`);
  buildSync({
    entryPoints: [entry],
    // Paths in the output, and so its bytes, are relative to this, wherever the repository lies.
    absWorkingDir: join(__dirname, '..'),
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    // Names appear in errors.
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning',
    alias: {
      'jest-runtime': standIn('nothing'),
      'jest-snapshot': standIn('nothing'),
      '@jest/expect': standIn('jest-expect'),
    },
    // jest-circus asks where jest-each is installed, to leave its lines out of a stack.
    define: { 'require.resolve': 'whereThisIs' },
    banner: { js: 'const whereThisIs = () => __filename;' },
  });
}
