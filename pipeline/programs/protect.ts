import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import {
  CloudFormationClient,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { ECRClient } from '@aws-sdk/client-ecr';
import { contextHash } from '../../declarations/image';
import { openSession, type Session } from '../../promotion/session';
import { needed, program, type Work } from './program';
import { RunningImages } from './running-images';
import { stackPolicy } from './stack-policy';

/**
 * Protects what the stage now runs: its images against expiry and, where the environment retains data, its stacks (STACKS)
 * against deletion and what they hold against replacement.
 */
export const protect: Work = async ({ variables, directory, say }) => {
  const stage = needed(variables, 'STAGE');
  const running = new RunningImages(new ECRClient({}), stage, say);
  for (const service of readdirSync(join(directory, 'images')).sort()) {
    await running.mark(service, contextHash(join(directory, 'images', service)));
  }
  if (needed(variables, 'RETAIN_DATA') !== 'true') {
    return say(`${stage} retains no data: its stacks are not protected.`);
  }
  const session = openSession(needed(variables, 'STAGE_REGION'), variables.STAGE_ROLE_ARN, 'protect');
  await protectStacks(session, needed(variables, 'STACKS').split(' '), say);
};

async function protectStacks(session: Session, stackNames: string[], say: (line: string) => void): Promise<void> {
  const cloudFormation = new CloudFormationClient(session);
  for (const StackName of stackNames) {
    await cloudFormation.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }));
    await cloudFormation.send(new SetStackPolicyCommand({ StackName, StackPolicyBody: JSON.stringify(stackPolicy) }));
    say(`${StackName} is protected against deletion, and what it holds against replacement.`);
  }
}

program(module, protect);
