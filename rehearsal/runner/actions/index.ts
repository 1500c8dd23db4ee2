import type { Action } from '../definition';
import { approval } from './approval';
import { cloudFormation } from './cloudformation';
import { codeBuild } from './codebuild';
import { connectionSource } from './connection-source';
import type { Executor } from './executor';

const executors: Record<string, Executor> = {
  'Source/AWS/CodeStarSourceConnection': connectionSource,
  'Build/AWS/CodeBuild': codeBuild,
  'Test/AWS/CodeBuild': codeBuild,
  'Deploy/AWS/CloudFormation': cloudFormation,
  'Approval/AWS/Manual': approval,
};

/** What performs an action. Throws for a provider that a rehearsal does not know: an action is never skipped. */
export function executorOf({ category, owner, provider }: Action): Executor {
  const found = executors[`${category}/${owner}/${provider}`];
  if (found) return found;
  throw new Error(
    `A rehearsal cannot perform ${category} actions of ${owner}/${provider}. It knows: ${Object.keys(executors).join(', ')}`,
  );
}
