import {
  CloudFormationClient,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { openSession } from '../../promotion/session';
import { needed, program, type Work } from './program';
import { stackPolicy } from './stack-policy';

/** Protects the stage's stacks (STACKS) against deletion, and what they hold against replacement, where the environment retains data. */
export const protect: Work = async ({ variables, say }) => {
  const stage = needed(variables, 'STAGE');
  if (needed(variables, 'RETAIN_DATA') !== 'true') {
    return say(`${stage} retains no data: its stacks are not protected.`);
  }
  const session = openSession(needed(variables, 'STAGE_REGION'), variables.STAGE_ROLE_ARN, 'protect');
  const cloudFormation = new CloudFormationClient(session);
  for (const StackName of needed(variables, 'STACKS').split(' ')) {
    await cloudFormation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }));
    await cloudFormation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: JSON.stringify(stackPolicy) }));
    say(`${StackName} is protected against deletion, and what it holds against replacement.`);
  }
};

program(module, protect);
