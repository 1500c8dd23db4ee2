// npm run nightly: drift and dependencies, as one issue.
import { spawnSync } from 'node:child_process';
import { keepIssue } from '../pipeline/github/kept-text';
import {
  hasFindings,
  nightlyReport,
  nightlyTitle,
  type Outdated,
  type Vulnerabilities,
} from '../pipeline/github/nightly-report';
import { WorkflowRun } from '../pipeline/github/workflow-run';
import { type Call, run, type Work } from '../pipeline/programs/program';
import { command } from './commands/command';
import { drift } from './drift';

/** Looks for drift in every environment and at the dependencies, and writes the repository's one issue about them. Changes nothing else. */
export const nightly: Work = async (call) => {
  const { variables, say } = call;
  const workflow = new WorkflowRun(variables);
  const lines: string[] = [];
  const code = await run(drift, { ...call, args: [], say: (line) => lines.push(line) });
  const audit = npm<{ metadata?: { vulnerabilities?: Vulnerabilities } }>(call, 'audit');
  const found = {
    drift: { isFound: code !== 0, lines },
    outdated: npm<Record<string, Outdated>>(call, 'outdated'),
    vulnerabilities: audit.metadata?.vulnerabilities ?? {},
    url: workflow.url,
  };
  const text = nightlyReport(found);
  workflow.summarize(text);
  await keepIssue(workflow.github, 'nightly', { title: nightlyTitle, text, isOpen: hasFindings(found) });
  say(hasFindings(found) ? 'There is something to do: the issue says what' : 'Nothing to do');
};

/** npm's answer. Its exit code tells only whether it found something. Throws where it could not look. */
function npm<T>({ directory, variables }: Call, what: 'audit' | 'outdated'): T {
  const { stdout, stderr } = spawnSync('npm', [what, '--json'], { cwd: directory, env: variables, encoding: 'utf8' });
  try {
    const answer = JSON.parse(stdout) as T & { error?: { summary: string } };
    if (!answer.error) return answer;
    throw new Error(answer.error.summary);
  } catch (cause) {
    throw new Error(`npm ${what} did not work: ${(cause as Error).message}. ${stderr.trim()}`, { cause });
  }
}

command(module, nightly);
