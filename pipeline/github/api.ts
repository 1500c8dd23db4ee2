/** GitHub refused, or could not be reached often enough. */
export class GitHubError extends Error {
  /** @param status of the HTTP answer; 0 where there was none. */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** How often a call is tried at most. */
const attempts = 3;

/** The REST API of one repository. Only what the workflows need of it, by Node.js's own fetch. */
export class GitHub {
  /**
   * @param url of the API, as GITHUB_API_URL has it
   * @param repository owner/name
   * @param token the run's own, which ends with the run
   * @param pause milliseconds between two attempts
   */
  constructor(
    private readonly url: string,
    readonly repository: string,
    private readonly token: string,
    private readonly pause = 1000,
  ) {}

  /**
   * Calls `/repos/{repository}/{path}`. A server that fails is asked again, three times in all.
   * Throws a GitHubError that names call and reason.
   */
  async call<T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.once(method, path, body);
      if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.text) as T;
      // What GitHub refuses, it refuses again; a POST that failed half-way is rarer than one that never arrived.
      const isPassing = answer.status === 0 || answer.status >= 500;
      if (!isPassing || attempt === attempts) {
        throw new GitHubError(answer.status, `GitHub: ${method} ${path}: ${answer.status} ${answer.text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, this.pause));
    }
  }

  /** All pages of a list. */
  async list<T>(path: string): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const some = await this.call<T[]>('GET', `${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`);
      all.push(...some);
      if (some.length < 100) return all;
    }
  }

  private async once(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${this.token}`,
      'x-github-api-version': '2022-11-28',
    };
    try {
      const answer = await fetch(`${this.url}/repos/${this.repository}/${path}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
      });
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      return { status: 0, text: String((error as Error).cause) };
    }
  }
}
