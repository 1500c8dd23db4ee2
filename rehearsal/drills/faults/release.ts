import { CodeBuildClient, StopBuildCommand } from '@aws-sdk/client-codebuild';
import { CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { tasks } from '../../cloud/services/ecs/state';
import { deployByHand, liveTaskSets, stopByHand } from '../by-hand';
import type { Fault, Seed } from '../fault';
import { admin, changed, shifting } from '../seeds';

const type = 'AWS::CodeDeploy::DeploymentGroup';

/** Somebody releases by hand what serves already. */
const inFlight: Seed = async (stage) => {
  const id = await deployByHand(stage, (await liveTaskSets(stage))[0]!.taskDefinition!);
  return () => stopByHand(stage, id);
};

/** The build of the gate ends without a word, as with its host: green is held, and nobody is left to stop it. */
const gateKilled: Seed = async (stage) => {
  const id = await stage.build('live-checks');
  await new Promise((done) => setTimeout(done, 500));
  await admin(stage.tooling, CodeBuildClient).send(new StopBuildCommand({ id }));
  return async () => {
    const held = new ListDeploymentsCommand({ includeOnlyStatuses: ['Ready'] });
    const { deployments = [] } = await admin(stage.env, CodeDeployClient).send(held);
    if (!deployments.length) throw new Error('no green was held any more: it was not the gate that was killed');
    for (const id of deployments) await stopByHand(stage, id);
  };
};

/** Longer than one call of the SDK tries, shorter than the shift. In AWS's seconds. */
const outageSeconds = 480;

const cloudRestarted: Seed = async ({ env, local }) => {
  await shifting(env);
  const over = local.outage(outageSeconds);
  return () => over;
};

/**
 * The held task runs another image than staging's. On AWS: somebody lets the tag be moved, and pushes another image by it before the
 * task starts.
 */
const otherImage: Seed = ({ name, env }) => {
  const held = [...tasks(env).values()].filter(
    (t) => t.service.name === `payment-api-${name}` && t.workload.status !== 'PRIMARY' && t.lastStatus === 'RUNNING',
  );
  if (!held.length) throw new Error('payment-api has no held task to seed the fault in');
  const containers = held.map((t) => t.containers.find((c) => c.name === 'payment-api')!);
  const before = containers.map((c) => c.imageDigest);
  for (const container of containers) container.imageDigest = `sha256:${'0'.repeat(64)}`;
  return () => containers.forEach((container, i) => (container.imageDigest = before[i]));
};

export const release: Fault[] = [
  {
    name: 'rollback-switched-off',
    fault: 'CodeDeploy does not roll back by itself any more',
    // UpdateDeploymentGroup
    seed: changed(
      type,
      ({ model }) => String(model.DeploymentGroupName).startsWith('transaction-processor-'),
      (model) => {
        model.AutoRollbackConfiguration = { Enabled: false };
      },
    ),
    caughtBy: { suite: 'release', says: /deployment group transaction-processor-dg-dev: settings.*"rollback":false/s },
  },
  {
    name: 'deployment-in-flight',
    fault: 'somebody has started a deployment by hand',
    seed: inFlight,
    caughtBy: { action: 'release', says: /of another revision is still in flight/ },
  },
  {
    name: 'gate-killed',
    fault: 'the build of the live checks is killed while green is held',
    seed: gateKilled,
    seededAt: 'live-checks',
    caughtBy: { action: 'live-checks', says: /Build terminated with state: STOPPED/ },
  },
  {
    name: 'cloud-restarted',
    fault: "AWS's API is away for minutes while traffic shifts",
    seed: cloudRestarted,
    stage: 'staging',
    seededAt: 'promotion',
    caughtBy: { survivedBy: 'promotion' },
  },
  {
    name: 'digest-differs-from-staging',
    fault: "what is held in prod is not the image that staging's checks saw",
    seed: otherImage,
    stage: 'prod',
    seededAt: 'promotion',
    caughtBy: { action: 'promotion', says: /payment-api: prod runs sha256:0{64}; staging's evidence has sha256:/ },
  },
];
