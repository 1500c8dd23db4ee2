import { type Judgement, titleOf } from './exceptions';
import type { Objection } from './objections';
import { openPolicy } from './stack-policy';

/** Where a change comes from, and where it goes. */
export interface Origin {
  environment: string;
  /** The commit that is delivered. */
  commit: string;
  /** SSM parameter of the tooling account that tells which commit the environment runs. */
  delivered: string;
}

/** What the log says about the exceptions of a stack: those that were used, with their reasons, and those that were not. */
export const exceptionLines = (excepted: Judgement['excepted'], unused: Judgement['unused']): string[] => [
  ...excepted.flatMap(({ objection, exception }) => [
    `Allowed by an exception ${titleOf(exception)}: ${describe(objection)}`,
    `  ${objection.reason}`,
    `  It is meant: ${exception.reason}`,
  ]),
  ...unused.map(({ exception, why }) => `Not used: the exception ${titleOf(exception)}: ${why}.`),
];

/** Why a change set is refused, resource by resource, what to do, and what the exception would be. */
export function refusal(stackName: string, objections: Objection[], origin: Origin): string {
  const { environment, commit, delivered } = origin;
  const lines = objections.flatMap((objection) => [
    `- ${describe(objection)}`,
    `  ${objection.reason}`,
    `  ${objection.remedy}`,
  ]);
  const entries = objections.map(
    ({ logicalId, effect }) => `  { stack: '${stackName}', resource: '${logicalId}', allow: '${effect}',`,
  );
  return [
    `The prepared change of ${stackName} is refused; nothing was changed.`,
    ...lines,
    `If it is meant all the same: with a later commit, add to the exceptions of '${environment}' in stages/environments.ts, for review,`,
    ...entries.flatMap((entry) => [
      entry,
      `    reason: '...', commits: { from: '<the commit that ${environment} runs>', to: '${commit}' } },`,
    ]),
    `Which commit it runs is in the tooling account: aws ssm get-parameter --name ${delivered}`,
  ].join('\n');
}

/** What a person has to do before an exception can take effect in a stack that its policy protects. */
export const stillProtected = (stackName: string, objections: Objection[]): string =>
  [
    `An exception allows this change of ${stackName}, but the stack's policy denies it; nothing was changed.`,
    ...objections.map((objection) => `- ${describe(objection)}`),
    "Open the policy with an administrator's credentials of the environment's account, then retry the failed action:",
    `  aws cloudformation set-stack-policy --stack-name ${stackName} --stack-policy-body '${JSON.stringify(openPolicy)}'`,
    'The step protect closes it again after the deployment. If the change is taken back instead, close it with the next delivery.',
  ].join('\n');

function describe({ logicalId, type, physicalId, properties }: Objection): string {
  const by = properties.length ? `, by ${properties.join(', ')}` : '';
  return `${logicalId} (${[type, physicalId].filter(Boolean).join(', ')})${by}`;
}
