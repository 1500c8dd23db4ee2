import { SSMClient } from '@aws-sdk/client-ssm';
import { readDelivered, type Delivered } from './delivered-commits';
import { descends, requireCommit } from './git';
import { needed, program, Refusal, type Work } from './program';

/**
 * Refuses a commit that does not descend from what each environment runs: delivering it would take changes back that
 * nobody decided to take back. DELIVERED names the SSM parameters with the records.
 */
export const commitCheck: Work = async (call) => {
  const { variables, say } = call;
  const commit = needed(variables, 'COMMIT_ID');
  const delivered = await readDelivered(new SSMClient({}), needed(variables, 'DELIVERED').split(' '));
  if (delivered.length === 0) return say('Nothing has been delivered yet: there is nothing to compare with.');

  requireCommit(call, commit);
  const lost = delivered.filter((one) => !descends(call, commit, one.commit));
  if (lost.length > 0) throw new Refusal(refusal(commit, lost));
  for (const one of delivered) say(`${commit} descends from ${one.commit}, which ${one.environment} runs.`);
};

function refusal(commit: string, lost: Delivered[]): string {
  return [
    `Commit ${commit} does not descend from what is delivered:`,
    ...lost.map((one) => `- ${one.environment} runs ${one.commit}`),
    'Delivering it would silently take those changes back. The branch may have been force-pushed, or a newer commit was',
    "delivered while this one waited. To go on, push a commit to the branch's head that contains them",
    '(git merge), and to take a change back, revert it with a commit (git revert).',
  ].join('\n');
}

program(module, commitCheck);
