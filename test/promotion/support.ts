import { ApplicationAutoScalingClient, DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  CodeDeployClient,
  type DeploymentInfo,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { DescribeServicesCommand, ECSClient, ListTasksCommand, type Service as EcsService } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { clientsOf, startWork, type Work } from '../../promotion/work';
import { type Stage, stageNamed } from '../../promotion/stage';
import type { Pace } from '../../promotion/wait';
import { api, blue, fraud, green, liveApi } from './decisions/revisions';

export * from './decisions/revisions';

export function mockCloud() {
  const cloud = {
    applicationAutoScaling: mockClient(ApplicationAutoScalingClient),
    cloudFormation: mockClient(CloudFormationClient),
    codeDeploy: mockClient(CodeDeployClient),
    ecs: mockClient(ECSClient),
    elasticLoadBalancing: mockClient(ElasticLoadBalancingV2Client),
    logs: mockClient(CloudWatchLogsClient),
    ssm: mockClient(SSMClient),
  };
  const outputs = (StackName: string, values: Record<string, string>) =>
    cloud.cloudFormation.on(DescribeStacksCommand, { StackName }).resolves({
      Stacks: [
        {
          StackName,
          CreationTime: new Date(0),
          StackStatus: 'CREATE_COMPLETE',
          Outputs: Object.entries(values).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        },
      ],
    });
  outputs('payment-payment-api-dev', {
    TaskDefinitionArn: api.new,
    BlueTargetGroupArn: blue,
    GreenTargetGroupArn: green,
    ProductionRuleArn: 'arn:rule',
    DeploymentApplicationName: 'payment-dev',
    DeploymentGroupName: 'payment-api-dg-dev',
  });
  outputs('payment-fraud-detection-dev', { TaskDefinitionArn: fraud.new });
  cloud.applicationAutoScaling.on(DescribeScalableTargetsCommand).resolves({});
  cloud.codeDeploy.on(ListDeploymentsCommand).resolves({ deployments: [] });
  cloud.elasticLoadBalancing.on(DescribeTargetHealthCommand).resolves({ TargetHealthDescriptions: [] });
  cloud.ecs.on(ListTasksCommand).resolves({ taskArns: [] });
  cloud.ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'none', $metadata: {} }));
  return {
    ...cloud,
    outputs,
    /** What DescribeServices answers for a service; one answer after the other, the last one for ever. */
    service(name: string, ...states: Partial<EcsService>[]) {
      let mock = cloud.ecs.on(DescribeServicesCommand, { services: [`${name}-dev`] });
      states.slice(0, -1).forEach((s) => (mock = mock.resolvesOnce({ services: [{ status: 'ACTIVE', ...s }] })));
      mock.resolves({ services: [{ status: 'ACTIVE', ...states.at(-1) }] });
    },
    /** StopDeployment ends green, as CodeDeploy's does. */
    stopEndsGreen() {
      cloud.codeDeploy.on(StopDeploymentCommand).callsFake(() => {
        this.service('payment-api', liveApi(api.old));
        return {};
      });
    },
    /** A deployment in flight and what GetDeployment answers, one state after the other. */
    inFlight(deploymentId: string, ...states: DeploymentInfo[]) {
      cloud.codeDeploy.on(ListDeploymentsCommand).resolves({ deployments: [deploymentId] });
      this.deployment(deploymentId, ...states);
    },
    deployment(deploymentId: string, ...states: DeploymentInfo[]) {
      let mock = cloud.codeDeploy.on(GetDeploymentCommand, { deploymentId });
      states.slice(0, -1).forEach((deploymentInfo) => (mock = mock.resolvesOnce({ deploymentInfo })));
      mock.resolves({ deploymentInfo: states.at(-1) });
    },
    /** Commands of a kind that were sent, by their inputs. */
    sent(client: keyof typeof cloud, name: string): object[] {
      const calls = cloud[client].calls() as unknown as { args: [{ constructor: { name: string }; input: object }] }[];
      return calls.filter(({ args }) => args[0].constructor.name === `${name}Command`).map(({ args }) => args[0].input);
    },
    restore: () => Object.values(cloud).forEach((client) => client.restore()),
  };
}

/** Time that passes only by sleeping. */
export function instantPace(seconds = 5): Pace {
  let now = 1000;
  return { seconds, now: () => now, sleep: async (s) => void (now += s) };
}

/** The default system's dev, with a service that CodeDeploy releases and one that rolls, and no other. */
export function smallStage(): Stage {
  const stage = stageNamed('dev');
  const services = ['payment-api', 'fraud-detection'].map((name) =>
    stage.system.services.find((s) => s.name === name)!,
  );
  return { ...stage, system: { ...stage.system, services } };
}

/** Work in dev, in the small stage unless told another, that keeps what it says. */
export function work(changes: Partial<Work> = {}): Work & { commit: string; lines: string[]; text: () => string } {
  const stage = changes.stage ?? smallStage();
  const lines: string[] = [];
  const session = { region: 'us-east-1' };
  const limits = { timeout: 60, wait: 30, patience: 20 };
  const say = (line: string) => void lines.push(line);
  const base = startWork(stage, clientsOf(session, session), { pace: instantPace(), say, limits, commit: 'c0ffee' });
  return { ...base, commit: 'c0ffee', ...changes, lines, text: () => lines.join('\n') } as Work & {
    commit: string;
    lines: string[];
    text: () => string;
  };
}
