import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(__dirname, '..', '..', '..');
const folder = join(root, '.github', 'workflows');

export interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
export interface Workflow {
  on: Record<string, { branches?: string[] } | null>;
  permissions: object;
  concurrency: { group: string; 'cancel-in-progress': boolean };
  jobs: Record<string, { permissions: Record<string, string>; 'timeout-minutes': number; steps: Step[] }>;
}
/** The workflow files by name. */
export const workflows = new Map(
  readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [name, { text, workflow: parse(text) as Workflow }];
  }),
);
export const jobsOf = ({ jobs }: Workflow) => Object.values(jobs);
export const stepsOf = (workflow: Workflow) => jobsOf(workflow).flatMap(({ steps }) => steps);
