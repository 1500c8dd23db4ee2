import { zipSync } from 'fflate';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { useConnection } from '../../cloud/access/calls/builds';
import { demand } from '../../cloud/access/services';
import type { Environment } from '../../cloud/state';
import { pack, store } from '../artifacts';
import { cloneCommit, git } from '../git';
import { ActionFailure, actorOf, type Executor } from './executor';

/** Repositories that a connection reaches, by 'owner/name': a URL or folder that git can clone. */
export const repositoriesOf = (env: Environment, connectionArn: string) =>
  env.shelf<string>(`repositories of ${connectionArn}`);

/** Takes the branch's head, or the commit that the execution was started for. */
export const connectionSource: Executor = async (context) => {
  const { env, execution, run } = context;
  const {
    ConnectionArn = '',
    FullRepositoryId = '',
    BranchName = '',
    OutputArtifactFormat = 'CODE_ZIP',
  } = run.configuration;
  const actor = actorOf(context);
  demand(env, actor, [useConnection(ConnectionArn)]);
  const repository = repositoriesOf(env, ConnectionArn).get(FullRepositoryId);
  if (!repository) {
    throw new ActionFailure(
      'ConfigurationError',
      `Connection ${ConnectionArn} does not reach a repository ${FullRepositoryId}`,
    );
  }
  const head = `refs/heads/${BranchName}`;
  const commit =
    execution.revisions[run.action.name] ??
    (await git(['rev-parse', '--verify', head], repository).catch(() => undefined));
  if (!commit)
    throw new ActionFailure(
      'ConfigurationError',
      `No Branch [${BranchName}] found for FullRepositoryName [${FullRepositoryId}]`,
    );
  const format = ['%an', '%ae', '%aI', '%B'].join('%x00');
  const described = await git(['show', '--no-patch', `--format=${format}`, commit], repository).catch(() => '');
  if (!described)
    throw new ActionFailure('ConfigurationError', `Commit ${commit} is not in repository ${FullRepositoryId}`);
  const [name = '', email = '', date = '', message = ''] = described.split('\0');

  const summary = message.trim().split('\n')[0]!;
  run.externalId = commit;
  execution.sources.push({
    action: run.action.name,
    revisionId: commit,
    summary: JSON.stringify({ ProviderType: 'GitHub', CommitMessage: summary }),
    url: `https://github.com/${FullRepositoryId}/commit/${commit}`,
  });
  const clone = { repository, commit, branch: BranchName, connectionArn: ConnectionArn };
  const keepsHistory = OutputArtifactFormat === 'CODEBUILD_CLONE_REF';
  // With this format the artifact is a reference, and only CodeBuild can read it. Source: "CodeStarSourceConnection" action reference.
  const body = keepsHistory
    ? Buffer.from(
        zipSync({
          'clone-reference.json': Buffer.from(
            JSON.stringify({ ConnectionArn, FullRepositoryId, BranchName, CommitId: commit }),
          ),
        }),
      )
    : await zipOf(env, clone);
  const artifact = run.action.outputs[0]!;
  const location = store(env, actor, execution.pipeline.artifactBucket, [execution.pipeline.name, artifact], body);
  return {
    summary: `${commit.slice(0, 8)} ${summary}`,
    variables: {
      AuthorDate: date,
      AuthorDisplayName: name,
      AuthorEmail: email,
      AuthorId: email,
      BranchName,
      CommitId: commit,
      CommitMessage: message.trim(),
      ConnectionArn,
      FullRepositoryName: FullRepositoryId,
      ProviderType: 'GitHub',
    },
    artifacts: { [artifact]: { location, ...(keepsHistory && { clone }) } },
  };
};

/** The commit's files without its history. */
async function zipOf(env: Environment, clone: Parameters<typeof cloneCommit>[0]): Promise<Buffer> {
  const directory = mkdtempSync(join(env.cloud.directory, 'source-'));
  try {
    await cloneCommit(clone, directory);
    return pack({ directory, files: ['**/*'], excluded: ['.git/**/*'] });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
