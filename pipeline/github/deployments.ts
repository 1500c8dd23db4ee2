import type { GitHub } from './api';
import { type DeploymentState, deploymentStateOf, type Progress } from './progress';

/** Shows on GitHub how the delivery of a commit to each environment stands. Says a status once. */
export class Deployments {
  private readonly known = new Map<string, { id: number; state?: DeploymentState }>();

  /**
   * @param environments names of the stages
   * @param logUrl page that a status links to
   */
  constructor(
    private readonly github: GitHub,
    private readonly commit: string,
    private readonly environments: string[],
    private readonly logUrl: string,
  ) {}

  /** Tells GitHub what is new. Throws a GitHubError. */
  async show(progress: Progress): Promise<void> {
    for (const environment of this.environments) {
      const state = deploymentStateOf(progress, environment);
      if (state) await this.tell(environment, state);
    }
  }

  private async tell(environment: string, state: DeploymentState): Promise<void> {
    const deployment = this.known.get(environment) ?? (await this.create(environment));
    this.known.set(environment, deployment);
    if (deployment.state === state) return;
    await this.github.call('POST', `deployments/${deployment.id}/statuses`, {
      state,
      environment,
      log_url: this.logUrl,
      // GitHub sets the status of the one before to inactive only where this one succeeds.
      auto_inactive: true,
    });
    deployment.state = state;
  }

  private create(environment: string): Promise<{ id: number; state?: DeploymentState }> {
    return this.github
      .call<{ id: number }>('POST', 'deployments', {
        ref: this.commit,
        environment,
        // The job has run all checks; GitHub itself neither merges nor waits for others.
        auto_merge: false,
        required_contexts: [],
        production_environment: environment === this.environments.at(-1),
      })
      .then(({ id }) => ({ id }));
  }
}
