import type { Service as EcsService } from '@aws-sdk/client-ecs';

export const arn = (family: string, revision: number) =>
  `arn:aws:ecs:us-east-1:222222222222:task-definition/${family}:${revision}`;
/** Two revisions of the public service and of the internal one. */
export const api = { old: arn('payment-api-dev', 1), new: arn('payment-api-dev', 2) };
export const fraud = { old: arn('fraud-detection-dev', 7), new: arn('fraud-detection-dev', 8) };
export const blue = 'arn:blue';
export const green = 'arn:green';

/** The live blue/green service: blue serves; with `next`, green runs beside it. */
export const liveApi = (primary: string, next?: string): Partial<EcsService> => ({
  platformVersion: '1.4.0',
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
  },
  capacityProviderStrategy: [{ capacityProvider: 'FARGATE', base: 2, weight: 1 }],
  taskSets: [
    { status: 'PRIMARY', taskDefinition: primary, loadBalancers: [{ targetGroupArn: blue }] },
    ...(next
      ? [
          {
            status: 'ACTIVE',
            taskDefinition: next,
            runningCount: 1,
            computedDesiredCount: 2,
            loadBalancers: [{ targetGroupArn: green }],
          },
        ]
      : []),
  ],
});

/** A rolling service that has settled on a revision. */
export const liveFraud = (revision: string): Partial<EcsService> => ({
  deployments: [
    { status: 'PRIMARY', taskDefinition: revision, rolloutState: 'COMPLETED', runningCount: 1, desiredCount: 1 },
  ],
});

/** The AppSpec part of a deployment, as CodeDeploy tells it. */
export const revisionOf = (taskDefinition: string) => ({
  revisionType: 'AppSpecContent' as const,
  appSpecContent: {
    content: JSON.stringify({ Resources: [{ TargetService: { Properties: { TaskDefinition: taskDefinition } } }] }),
  },
});
