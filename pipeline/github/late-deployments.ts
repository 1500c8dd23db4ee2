import { program, type Work } from '../programs/program';
import { deliveryOf } from './delivery';
import { Deployments } from './deployments';

/** Commits that are looked at: an approval may wait for a week, while others are delivered to the first environment. */
const commits = 20;

/**
 * Shows on GitHub how deliveries went on after the run that started them: it was given back while somebody's approval was waited for, or
 * a failed stage was retried. Reads CodePipeline's own record of them. Ends with 1 where GitHub or AWS refuses.
 */
export const lateDeployments: Work = async ({ variables, say }) => {
  const { run, executions, environments } = deliveryOf(variables);
  const { github, url } = run;

  // Every delivery begins in the first environment.
  const path = `deployments?environment=${environments[0]}&per_page=${commits}`;
  const made = await github.call<{ sha: string }[]>('GET', path);
  let told = 0;
  for (const commit of new Set(made.map(({ sha }) => sha))) {
    const deployments = new Deployments(github, commit, environments, url);
    await deployments.recall();
    if (deployments.areComplete) continue;
    const id = await executions.newestOf(commit);
    if (!id) continue; // so long ago that nothing will become of it
    const news = await deployments.show(await executions.progress(id));
    for (const one of news) say(`${commit.slice(0, 12)} to ${one}`);
    told += news.length;
  }
  if (!told) say('GitHub shows every delivery as it stands.');
};

program(module, lateDeployments);
