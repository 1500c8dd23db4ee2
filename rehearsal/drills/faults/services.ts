import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Fault, Seed } from '../fault';
import { admin, find } from '../seeds';

/** Somebody stops the scaling of a service, which would mend it, and takes a task away. */
const oneTaskShort: Seed = async ({ name, env }) => {
  const cluster = find(env, 'AWS::ECS::Cluster').id;
  const service = `fraud-detection-${name}`;
  const { services } = await admin(env, ECSClient).send(new DescribeServicesCommand({ cluster, services: [service] }));
  const count = services![0]!.desiredCount!;
  const set = async (desiredCount: number, suspended: boolean) => {
    const SuspendedState = { DynamicScalingInSuspended: suspended, DynamicScalingOutSuspended: suspended };
    await admin(env, ApplicationAutoScalingClient).send(
      new RegisterScalableTargetCommand({
        ...{ ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' },
        ...{ ResourceId: `service/${cluster}/${service}`, SuspendedState },
      }),
    );
    await admin(env, ECSClient).send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  };
  await set(count - 1, true);
  return () => set(count, false);
};

export const services: Fault[] = [
  {
    name: 'service-one-task-short',
    fault: 'a service has one task less than it shall',
    seed: oneTaskShort,
    seededAt: 'live-checks',
    caughtBy: { suite: 'services', says: /service fraud-detection-dev: running tasks/ },
  },
];
