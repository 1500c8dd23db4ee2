import type { Stack } from '@aws-sdk/client-cloudformation';
import { stackKinds } from '../../declarations/effective';
import type { Stage } from '../../promotion/stage';

const unprotect = (region: string, names: string[]) =>
  names.map(
    (name) =>
      `aws cloudformation update-termination-protection --no-enable-termination-protection --region ${region} --stack-name ${name}`,
  );

/** Keeps deliveries out of the environment. To be called with credentials of the tooling account. */
export const closeTransition = ({ system, environment }: Stage) =>
  `aws codepipeline disable-stage-transition --pipeline-name ${system.prefix}-delivery --stage-name ${environment.name} ` +
  '--transition-type Inbound --reason destroyed';

/**
 * What has to be done before an environment that retains data can be destroyed. Each step is somebody's decision, so no
 * option of the command does it. Stack policies are not among them: they hold for updates only (AWS, "Prevent updates to stack resources").
 */
export function firstSteps(stage: Stage): string {
  const { system, environment, names } = stage;
  const { name, region } = environment;
  const steps = [
    'Let those who answer for the data decide, in writing: payment records and audit logs have to be kept for as long as ' +
      'law and PCI DSS ask (audit logs: 12 months).',
    `Keep what has to be kept, outside of account ${environment.account}:`,
    ...(system.database
      ? [
          `   aws rds create-db-cluster-snapshot --region ${region} --db-cluster-identifier ${names.database} ` +
            `--db-cluster-snapshot-identifier ${names.database}-last, then copy it with a key of the other account`,
        ]
      : []),
    ...system.services.map((service) => `   export the log group ${names.logGroup(service)}`),
    `Set retainData: false for ${name} in stages/environments.ts and deliver that, with its approval. It lifts the ` +
      "database's deletion protection, and stacks no longer retain what they hold.",
    `Keep the pipeline from making ${name} again, with credentials of the tooling account:`,
    `   ${closeTransition(stage)}`,
    "That delivery also lifts the stacks' termination protection. Where it was not made, with credentials of the environment's account:",
    ...unprotect(
      region,
      stackKinds(system).map((kind) => names.stack(kind)),
    ).map((line) => `   ${line}`),
    `Then again: npm run destroy -- --stage ${name}`,
  ];
  let number = 0;
  const numbered = steps.map((step) => (step.startsWith('   ') ? step : `${++number}. ${step}`));
  return [
    `${name} retains data (retainData in stages/environments.ts), so it is not destroyed. Nothing was changed. Do this first:`,
    ...numbered,
  ].join('\n');
}

/** Why stacks cannot be deleted as they are; undefined where they can. */
export function whyNotYet(stacks: Stack[], region: string): string | undefined {
  const busy = stacks.filter((s) => /_IN_PROGRESS$/.test(s.StackStatus!) && !harmless.includes(s.StackStatus!));
  if (busy.length) {
    const list = busy.map((s) => `${s.StackName} is ${s.StackStatus}`).join(', ');
    return `A deployment is under way: ${list}. Stop the pipeline's execution, or wait until it ended. Nothing was changed.`;
  }
  const kept = stacks.filter((s) => s.EnableTerminationProtection).map((s) => s.StackName!);
  if (!kept.length) return undefined;
  return [`Somebody protected stacks against deletion. Nothing was changed. Where that is past:`]
    .concat(unprotect(region, kept))
    .join('\n');
}

/** Prepared and never executed, or already on its way out. */
const harmless = ['REVIEW_IN_PROGRESS', 'DELETE_IN_PROGRESS'];
