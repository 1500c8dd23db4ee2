import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pipeline } from '../runner/definition';
import { git, gitMessages } from '../runner/git';

/** A bare repository to push to. Shallow checkouts may push as well. */
export async function makeRemote(directory: string, branch: string): Promise<string> {
  const remote = join(directory, 'remote.git');
  await git(['init', '--quiet', '--bare', `--initial-branch=${branch}`, remote]);
  await git(['config', 'receive.shallowUpdate', 'true'], remote);
  return remote;
}

/** A push to the branch starts the pipeline for that commit: what GitHub Actions does once its checks have passed. */
export function startPipelineOnPush(
  remote: string,
  branch: string,
  pipeline: Pipeline,
  env: Record<string, string>,
): void {
  const source = pipeline.stages[0]!.actions[0]!.name;
  const hook = join(remote, 'hooks', 'post-receive');
  const calm = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const settings = Object.entries({ ...env, ...calm }).map(([name, value]) => `export ${name}='${value}'`);
  const program = [process.execPath, '--require', require.resolve('tsx/cjs'), join(__dirname, 'start-execution.ts')];
  const given = [pipeline.name, source, '"$after"'];
  const lines = [
    '#!/bin/sh',
    ...settings,
    'while read -r before after ref; do',
    `  [ "$ref" = 'refs/heads/${branch}' ] || continue`,
    `  ${program.map((part) => `'${part}'`).join(' ')} ${given.join(' ')}`,
    'done',
  ];
  writeFileSync(hook, `${lines.join('\n')}\n`);
  chmodSync(hook, 0o755);
}

export interface Checkout {
  commit: string;
  subject: string;
  /** Files whose changes are not committed. */
  changed: number;
}

/** The checkout's commit. Throws where it is no git repository, or has no commit. */
export async function checkoutOf(root: string): Promise<Checkout> {
  await git(['--version']);
  const commit = await git(['rev-parse', '--verify', 'HEAD'], root).catch(() => {
    throw new Error(`${root} is not a git repository with a commit: a rehearsal delivers a commit, so commit first`);
  });
  const status = await git(['status', '--porcelain'], root);
  const subject = await git(['show', '--no-patch', '--format=%s', commit], root);
  return { commit, subject, changed: status ? status.split('\n').length : 0 };
}

/** Pushes the checkout's commit. The hook has started the pipeline when this resolves; what it said is the result. */
export const push = (root: string, remote: string, branch: string) =>
  gitMessages(['push', '--force', remote, `HEAD:refs/heads/${branch}`], root);
