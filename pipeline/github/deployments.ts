import type { GitHub } from './api';
import { type DeploymentState, deploymentStateOf, type Progress } from './progress';

/** A deployment to an environment, as far as GitHub was told. */
interface Known {
  id: number;
  /** GitHub itself makes one inactive when a later one to the same environment succeeds. */
  state?: DeploymentState | 'inactive';
  /** Page that its statuses link to. */
  logUrl: string;
}

/** Shows on GitHub how the delivery of a commit to each environment stands. Says a status once, whichever run said it. */
export class Deployments {
  private readonly known = new Map<string, Known>();

  /**
   * @param environments names of the stages
   * @param logUrl page that the statuses of new deployments link to
   */
  constructor(
    private readonly github: GitHub,
    private readonly commit: string,
    private readonly environments: string[],
    private readonly logUrl: string,
  ) {}

  /** Learns what runs before this one have told of the same delivery. Throws a GitHubError. */
  async recall(): Promise<void> {
    const { github, commit, environments, logUrl } = this;
    // GitHub lists the newest first, deployments as well as statuses. Source: REST API, "Deployments" and "Deployment statuses".
    const made = await github.list<{ id: number; environment: string }>(`deployments?sha=${commit}`);
    // A commit that is delivered once more begins in the first environment: what is older is of the delivery before.
    const first = made.find(({ environment }) => environment === environments[0])?.id ?? 0;
    for (const environment of environments) {
      const newest = made.find((one) => one.environment === environment && one.id >= first);
      if (!newest) continue;
      const path = `deployments/${newest.id}/statuses?per_page=1`;
      const [status] = await github.call<{ state: Known['state']; log_url?: string }[]>('GET', path);
      this.known.set(environment, { id: newest.id, state: status?.state, logUrl: status?.log_url || logUrl });
    }
  }

  /** Whether GitHub was told that the commit has reached every environment: nothing follows on that. */
  get areComplete(): boolean {
    return this.environments.every((name) => ['success', 'inactive'].includes(this.known.get(name)?.state ?? ''));
  }

  /** Tells GitHub what is new, and gives it back: `prod: success`. Throws a GitHubError. */
  async show(progress: Progress): Promise<string[]> {
    const told: string[] = [];
    for (const environment of this.environments) {
      const state = deploymentStateOf(progress, environment);
      if (state && (await this.tell(environment, state))) told.push(`${environment}: ${state}`);
    }
    return told;
  }

  private async tell(environment: string, state: DeploymentState): Promise<boolean> {
    const deployment = this.known.get(environment) ?? (await this.create(environment));
    this.known.set(environment, deployment);
    if (deployment.state === state || deployment.state === 'inactive') return false;
    await this.github.call('POST', `deployments/${deployment.id}/statuses`, {
      state,
      environment,
      log_url: deployment.logUrl,
      // GitHub sets the status of the one before to inactive only where this one succeeds.
      auto_inactive: true,
    });
    deployment.state = state;
    return true;
  }

  private async create(environment: string): Promise<Known> {
    const { id } = await this.github.call<{ id: number }>('POST', 'deployments', {
      ref: this.commit,
      environment,
      // The job has run all checks; GitHub itself neither merges nor waits for others.
      auto_merge: false,
      required_contexts: [],
      production_environment: environment === this.environments.at(-1),
    });
    return { id, logUrl: this.logUrl };
  }
}
