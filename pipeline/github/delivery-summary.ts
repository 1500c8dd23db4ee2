import { endsWell } from './ending';
import type { Followed } from './follow';
import type { ActionProgress, StageProgress } from './progress';

export interface Delivered extends Followed {
  pipeline: string;
  region: string;
  /** That was asked for. */
  commit: string;
}

/** The delivery as Markdown: how it ended, then stages with their actions, durations and links. */
export function deliverySummary({ ending, progress, executions, pipeline, region, commit }: Delivered): string {
  const mark = ending.kind === 'succeeded' ? '✅' : endsWell(ending) ? '⏸️' : '❌';
  const others = executions.slice(0, -1).map((id) => link(id, consoleOf(pipeline, region, id)));
  const also =
    progress.commit && progress.commit !== commit
      ? ` It delivers the later commit \`${progress.commit}\`, the branch's head when the pipeline restarted.`
      : '';
  return [
    `## ${mark} Delivery of \`${commit.slice(0, 12)}\`: ${ending.kind}`,
    '',
    plain(ending.sentence),
    '',
    `Execution ${link(progress.id, consoleOf(pipeline, region, progress.id))} of \`${pipeline}\`.${also}`,
    ...(others.length ? [`The pipeline changed itself before, and restarted: ${others.join(', ')}.`] : []),
    '',
    '| stage | action | result | took | more |',
    '|---|---|---|--:|---|',
    ...progress.stages.flatMap(rows),
    '',
  ].join('\n');
}

const rows = ({ name, actions }: StageProgress): string[] =>
  actions.map((action, i) => {
    const cells = [i ? '' : `**${name}**`, action.name, result(action), took(action), more(action)];
    return `| ${cells.join(' | ')} |`;
  });

const marks = { Succeeded: '✅', Failed: '❌', InProgress: '⏳', Abandoned: '⏹️' } as const;
const result = ({ status, isApproval }: ActionProgress): string =>
  isApproval && status === 'InProgress' ? '⏸️ waits for a person' : `${marks[status]} ${status}`;

function took({ started, updated, status }: ActionProgress): string {
  if (status === 'InProgress') return '';
  const seconds = Math.round((updated.getTime() - started.getTime()) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Why a failed action failed, what was answered to an approval, or how many checks passed; a link where there is a log. */
function more({ told, checks = '', url, status, isApproval }: ActionProgress): string {
  const words = plain(told && (status === 'Failed' || isApproval) ? told : checks);
  return [words, url && link('log', url)].filter(Boolean).join(' ');
}

const link = (text: string, url: string): string => `[${text}](${url})`;

/** Text of others as one line of a table's cell, in which Markdown means nothing. */
const plain = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .slice(0, 500)
    .replace(/[\\`*_[\]<>|@]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The execution's page in AWS's console. */
export const consoleOf = (pipeline: string, region: string, id: string): string =>
  `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline}/executions/${id}/visualization?region=${region}`;
