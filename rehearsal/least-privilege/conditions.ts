// Under which conditions steps are run, so that they do all that they ever do.
import { ApplicationAutoScalingClient, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import { BatchDeleteImageCommand, DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { findStack } from '../cloud/cloudformation/stack';
import { emptiedSecret } from '../drills/faults/secrets';
import { admin, find } from '../drills/seeds';
import type { TrialStage } from './trial-stage';

/** What is so when a step is run. */
export interface Condition {
  /** For the table. */
  when: string;
  step: string;
  /** With every statement the step takes away what it is about: it is run without one only. */
  leavesNothing?: true;
  /** Makes it so, before each run; the result ends it. */
  arrange(at: TrialStage): Promise<() => void | Promise<void>>;
}

const nothing = () => {};

/** Somebody's commit was delivered, and nothing is special: every step is run in it. */
export const delivered = 'delivered';

/** In this order: each begins where the one before has left the stage, and nothing is promoted before it has to be. */
export const conditions: Condition[] = [
  {
    when: 'an image is to be pushed',
    step: 'images',
    arrange: async (at) => {
      await withoutNewestImage(at);
      return () => at.succeed('images');
    },
  },
  {
    when: 'there is a revision to release',
    step: 'release',
    arrange: async (at) => {
      await at.refuse();
      return nothing;
    },
  },
  {
    when: 'the release fails',
    step: 'release',
    // What fails a step most quickly is another denial: of what the evidence of the failure does not need as well.
    arrange: async (at) => at.deny('release', 'codedeploy:GetDeploymentConfig'),
  },
  {
    when: 'checks fail after a promotion was killed',
    step: 'live-checks',
    arrange: async (at) => {
      await at.hold();
      await suspendScaleIn(at, true);
      const giveBack = at.deny('checks', 'cloudformation:DescribeStacks');
      return async () => {
        giveBack();
        await suspendScaleIn(at, false);
      };
    },
  },
  {
    when: 'green is held',
    step: 'promotion',
    arrange: async (at) => {
      await at.hold();
      return nothing;
    },
  },
  { when: 'a service is being created', step: 'watch', arrange: async (at) => creating(at, 'payment-api', 10_000) },
  { when: 'a new service never becomes healthy', step: 'watch', leavesNothing: true, arrange: neverHealthy },
];

/** Nobody has pushed what the commit builds of payment-api. */
async function withoutNewestImage({ stage: { tooling } }: TrialStage): Promise<void> {
  const ecr = admin(tooling, ECRClient);
  const repositoryName = 'payment-api';
  const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  // Not its signature or attestations, which were pushed after it.
  const built = imageDetails.filter(({ imageTags = [] }) => imageTags.some((tag) => tag.startsWith('content-')));
  const [newest] = built.sort((a, b) => Number(b.imagePushedAt) - Number(a.imagePushedAt));
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: newest!.imageDigest }] }));
}

/** As a promotion leaves it whose build has ended without a word. */
async function suspendScaleIn({ stage: { env, name } }: TrialStage, suspended: boolean): Promise<void> {
  const SuspendedState = { DynamicScalingInSuspended: suspended };
  const ResourceId = `service/${find(env, 'AWS::ECS::Cluster').id}/payment-api-${name}`;
  const scaled = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
  await admin(env, ApplicationAutoScalingClient).send(
    new RegisterScalableTargetCommand({ ...scaled, ResourceId, SuspendedState }),
  );
}

/** A stack says so while CloudFormation waits for its service, and is complete after a while. */
function creating({ stage: { env, name } }: TrialStage, service: string, milliseconds: number) {
  const stack = findStack(env, `payment-${service}-${name}`)!;
  const { status } = stack;
  stack.status = 'CREATE_IN_PROGRESS';
  const complete = () => void (stack.status = status);
  const timer = setTimeout(complete, milliseconds);
  return () => {
    clearTimeout(timer);
    complete();
  };
}

/** A service whose tasks end as soon as they start: its secret is empty. */
async function neverHealthy(at: TrialStage) {
  const { env, name } = at.stage;
  const fill = await emptiedSecret(at.stage);
  const cluster = find(env, 'AWS::ECS::Cluster').id;
  const ecs = admin(env, ECSClient);
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: `fraud-detection-${name}` }));
  for (const task of taskArns) await ecs.send(new StopTaskCommand({ cluster, task }));
  const done = creating(at, 'fraud-detection', 60_000);
  return async () => {
    done();
    await fill();
  };
}
