import {
  CloudFormationClient,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { openSession } from '../../promotion/session';
import { needed, program, type Work } from './program';
import { openPolicy, protectingPolicy } from './stack-policy';

/**
 * Protects the stacks (STACKS) against deletion, and what they hold against replacement, where the environment retains data
 * (RETAIN_DATA). Elsewhere it lifts what protection there is, so that the declaration decides.
 */
export const protect: Work = async ({ variables, say }) => {
  const retainData = needed(variables, 'RETAIN_DATA') === 'true';
  const StackPolicyBody = JSON.stringify(retainData ? protectingPolicy : openPolicy);
  const session = openSession(needed(variables, 'STAGE_REGION'), variables.STAGE_ROLE_ARN, 'protect');
  const cloudFormation = new CloudFormationClient(session);
  for (const StackName of needed(variables, 'STACKS').split(' ')) {
    await cloudFormation.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: retainData }),
    );
    await cloudFormation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody }));
    say(
      retainData
        ? `${StackName} is protected against deletion, and what it holds against replacement.`
        : `${StackName} is not protected: ${needed(variables, 'STAGE')} retains no data.`,
    );
  }
};

program(module, protect);
