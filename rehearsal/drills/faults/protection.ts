import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import type { Fault, Seed } from '../fault';
import { admin } from '../seeds';

const protectedByHand: Seed = async ({ name, env }) => {
  const set = (EnableTerminationProtection: boolean) =>
    admin(env, CloudFormationClient).send(
      new UpdateTerminationProtectionCommand({ StackName: `payment-network-${name}`, EnableTerminationProtection }),
    );
  await set(true);
  return async () => void (await set(false));
};

export const protection: Fault[] = [
  {
    name: 'protected-by-hand',
    fault: 'a stack is protected although its environment is not',
    seed: protectedByHand,
    // The steps before would lift it.
    seededAt: 'live-checks',
    caughtBy: { suite: 'protection', says: /payment-network-dev: termination protection/ },
  },
];
