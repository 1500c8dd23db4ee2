import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { administratorKey } from '../../cloud/identity';

export interface CliRun {
  code: number | null;
  /** Both streams, as they came. */
  text: string;
}

/** Runs the real CDK CLI, as an account's administrator, against the local cloud's endpoint. */
export function cdk(
  options: { endpoint: string; account: string; home: string; app: string },
  ...words: string[]
): Promise<CliRun> {
  const cli = join(__dirname, '../../../node_modules/aws-cdk/bin/cdk');
  const child = spawn(process.execPath, [cli, '--no-notices', '--no-color', '--app', options.app, ...words], {
    cwd: options.home,
    env: {
      PATH: process.env.PATH,
      HOME: options.home,
      NODE_NO_WARNINGS: '1',
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      AWS_ENDPOINT_URL: options.endpoint,
      AWS_ACCESS_KEY_ID: administratorKey(options.account),
      AWS_SECRET_ACCESS_KEY: 'anything',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  return new Promise((done) => child.on('close', (code) => done({ code, text })));
}
