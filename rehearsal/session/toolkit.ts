import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { administratorKey } from '../cloud/identity';
import { start } from '../cloud/runtime/processes';
import type { Cloud, Environment } from '../cloud/state';

export interface Toolkit {
  cloud: Cloud;
  /** Folder of the repository. */
  root: string;
  /** Told each line of output. */
  onLine?(line: string): void;
}

/** Environment of a command line tool that acts as an account's administrator in the local cloud. */
export function administrator(cloud: Cloud, account: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: administratorKey(account),
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
}

/** Settings of an SDK client that acts as the account's administrator in the local cloud. */
export const administratorSettings = ({ account, region, cloud }: Environment) => ({
  endpoint: cloud.endpoint,
  region,
  credentials: { accessKeyId: administratorKey(account), secretAccessKey: 'local' },
});

/** Runs a node program in the repository. Rejects with the end of its output where it fails. */
export function runNode(
  { cloud, root, onLine }: Toolkit,
  what: string,
  args: string[],
  env: Record<string, string> = {},
) {
  const home = join(cloud.directory, 'home');
  mkdirSync(home, { recursive: true });
  const output: string[] = [];
  const path = [dirname(process.execPath), ...(process.env.PATH ?? '').split(delimiter)].join(delimiter);
  const running = start({
    cloud,
    command: process.execPath,
    args,
    cwd: root,
    env: {
      PATH: path,
      HOME: home,
      LANG: 'C.UTF-8',
      NO_PROXY: '127.0.0.1,localhost',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // The pipeline's own Synth validates; here it would only cost time.
      CDK_VALIDATION: 'false',
      CI: 'true',
      ...env,
    },
    onLine: (line) => {
      output.push(line);
      onLine?.(line);
    },
  });
  return running.ended.then(({ code, signal }) => {
    if (code === 0) return output;
    // A person needs the message, not the frames below it.
    const tail = output.filter((line) => line.trim() && !/^\s+at /.test(line)).slice(-25);
    throw new Error(
      `${what} failed (${signal ?? `exit code ${code}`}):\n${tail.map((line) => `  ${line}`).join('\n')}`,
    );
  });
}

/** Runs the real CDK CLI: as the account's administrator, or, without a place, as somebody who only synthesizes. */
export function cdk(toolkit: Toolkit, place: { account: string; region: string } | undefined, args: string[]) {
  const cli = join(dirname(require.resolve('aws-cdk/package.json')), 'bin', 'cdk');
  const options = ['--no-notices', '--no-color'];
  const env = place
    ? administrator(toolkit.cloud, place.account, place.region)
    : { AWS_ENDPOINT_URL: toolkit.cloud.endpoint };
  const what = `cdk ${args[0]}${place ? ` in account ${place.account}` : ''}`;
  return runNode(toolkit, what, [cli, ...options, ...args], env);
}
