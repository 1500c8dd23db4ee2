// npm run review: what a pull request would change, as one comment on it.
import { join } from 'node:path';
import { keepComment } from '../pipeline/github/kept-text';
import { reviewStack } from '../pipeline/github/review';
import { type EnvironmentReview, reviewComment } from '../pipeline/github/review-comment';
import { WorkflowRun } from '../pipeline/github/workflow-run';
import { exceptionsOf } from '../pipeline/programs/exceptions-file';
import type { Work } from '../pipeline/programs/program';
import { templatesByStage } from '../pipeline/programs/synthesized-stacks';
import type { Template } from '../pipeline/programs/template';
import { readConfiguration } from '../stages/configuration';
import { environmentsOf } from '../stages/environments';
import { systemNamed } from '../stages/systems';
import { command } from './commands/command';
import { readOptions, wrongUsage } from './commands/options';
import { trafficOf } from './cost/assumptions';
import { environmentLines } from './cost/environment';
import { total } from './cost/lines';

const usage = `npm run review -- --base FOLDER --head FOLDER

Compares two assemblies, as 'npm run synth' writes them into cdk.out/: the one of a pull request's base with the one of its head. Writes
what would change to the page of the workflow's run, and into one comment on the pull request. A fork's run gets a token that may not
comment: there the page has to do.

  --base FOLDER    assembly of the base
  --head FOLDER    assembly of the head
  --help           show this

Needs the variables that GitHub Actions sets, and GITHUB_TOKEN. Exit code: 0, 1 where GitHub refuses, 2 for a wrong command line.`;

const text = { type: 'string' } as const;

/** What of the event is used. Source: GitHub, "Webhook events and payloads", pull_request. */
interface PullRequestEvent {
  pull_request: {
    number: number;
    base: { sha: string };
    /** Without a repository where a fork was deleted. */
    head: { sha: string; repo: { full_name: string } | null };
  };
}

export const review: Work = async ({ args, variables, directory, say }) => {
  const options = readOptions(args, { base: text, head: text }, usage);
  if (options === 'help') return say(usage);
  if (!options.base || !options.head) throw wrongUsage('Give both, --base and --head', usage);
  const run = new WorkflowRun(variables);
  const { number, base, head } = run.event<PullRequestEvent>().pull_request;
  const system = systemNamed(readConfiguration().system);
  const folders = { base: join(directory, options.base), head: join(directory, options.head) };
  const comment = reviewComment({
    system: system.name,
    base: base.sha,
    head: head.sha,
    environments: reviewed(folders, base.sha),
  });
  run.summarize(comment);
  const { github } = run;
  if (head.repo?.full_name !== github.repository)
    return say('From a fork: what would change is on the page of the run');
  await keepComment(github, number, 'review', comment);
  say(`Commented on pull request ${number}`);
};

function reviewed(folders: { base: string; head: string }, base: string): EnvironmentReview[] {
  const configuration = readConfiguration();
  return environmentsOf(configuration, systemNamed(configuration.system)).map((environment) => {
    const { name } = environment;
    const [before, after] = [folders.base, folders.head].map((folder) => stacksOf(folder, name));
    const stacks = [...after!].map(([stack, template]) =>
      reviewStack({
        name: stack,
        before: before!.get(stack),
        after: template,
        environment,
        exceptions: exceptionsOf(folders.head, name, stack),
        base,
      }),
    );
    const left = [...before!.keys()].filter((stack) => !after!.has(stack));
    return { name, stacks, left, cost: { before: costOf(name, before!), after: costOf(name, after!) } };
  });
}

/** Stacks of the environment; none where the assembly does not deliver to it. */
function stacksOf(assembly: string, environment: string): Map<string, Template> {
  const stage = [...templatesByStage(assembly)].find(([folder]) => folder.endsWith(`-${environment}`));
  return stage?.[1] ?? new Map<string, Template>();
}

/** US dollars a month. */
function costOf(environment: string, stacks: Map<string, Template>): number {
  const templates = [...stacks.values()] as Parameters<typeof environmentLines>[0];
  return stacks.size ? total(environmentLines(templates, trafficOf(environment))) : 0;
}

command(module, review);
