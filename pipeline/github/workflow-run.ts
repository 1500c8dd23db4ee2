import { appendFileSync, readFileSync } from 'node:fs';
import { needed } from '../programs/program';
import { GitHub } from './api';

/** A workflow's run, as GitHub tells a step by its variables. Source: GitHub, "Variables reference". */
export class WorkflowRun {
  constructor(private readonly variables: NodeJS.ProcessEnv) {}

  get github(): GitHub {
    const { variables } = this;
    return new GitHub(
      needed(variables, 'GITHUB_API_URL'),
      needed(variables, 'GITHUB_REPOSITORY'),
      needed(variables, 'GITHUB_TOKEN'),
    );
  }
  /** The commit that the run is for. */
  get commit(): string {
    return needed(this.variables, 'GITHUB_SHA');
  }
  /** Its page. */
  get url(): string {
    const part = (name: string) => needed(this.variables, name);
    return `${part('GITHUB_SERVER_URL')}/${part('GITHUB_REPOSITORY')}/actions/runs/${part('GITHUB_RUN_ID')}`;
  }
  /** What started it, as GitHub's webhook tells it. */
  event<T>(): T {
    return JSON.parse(readFileSync(needed(this.variables, 'GITHUB_EVENT_PATH'), 'utf8')) as T;
  }
  /** Adds Markdown to the page of the run. */
  summarize(markdown: string): void {
    appendFileSync(needed(this.variables, 'GITHUB_STEP_SUMMARY'), `${markdown}\n`);
  }
  /** Gives later steps of the job a value. */
  output(name: string, value: string): void {
    appendFileSync(needed(this.variables, 'GITHUB_OUTPUT'), `${name}=${value}\n`);
  }
}
