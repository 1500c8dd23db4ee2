import type { GitHub } from './api';

/** A comment, or an issue. */
interface Text {
  id: number;
  number: number;
  body: string | null;
  user: { type: string } | null;
}

/** A line that nobody sees in rendered Markdown: by it a text is found again. */
export const markerOf = (name: string): string => `<!-- payment-delivery: ${name} -->`;

/** Writes the pull request's one comment of that name: in place of the one before, or anew. */
export async function keepComment(github: GitHub, pullRequest: number, name: string, text: string): Promise<void> {
  const body = `${markerOf(name)}\n${text}`;
  const found = mine(await github.list<Text>(`issues/${pullRequest}/comments`), name);
  if (found) await github.call('PATCH', `issues/comments/${found.id}`, { body });
  else await github.call('POST', `issues/${pullRequest}/comments`, { body });
}

/** Writes the repository's one open issue of that name: in place of the text before, or anew. Closes it, with the text, where there is nothing to do. */
export async function keepIssue(
  github: GitHub,
  name: string,
  { title, text, isOpen }: { title: string; text: string; isOpen: boolean },
): Promise<void> {
  const body = `${markerOf(name)}\n${text}`;
  const found = mine(await github.list<Text>('issues?state=open'), name);
  const state = isOpen ? 'open' : 'closed';
  if (found) await github.call('PATCH', `issues/${found.number}`, { title, body, state });
  else if (isOpen) await github.call('POST', 'issues', { title, body });
}

/** A person's text that repeats the marker is left alone. */
const mine = (texts: Text[], name: string): Text | undefined =>
  texts.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(markerOf(name)));
