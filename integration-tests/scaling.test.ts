import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  type MetricDimension,
  type ScalingPolicy,
} from '@aws-sdk/client-application-auto-scaling';
import { taskRange } from '../declarations/effective';
import type { Service } from '../declarations/system';
import { about } from './support/about';
import { quietService, raised } from './support/scaling-trial';
import { cli, environment, names, outputs, scaling, system } from './support/stage';

const inEcs = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
const resourceId = (service: Service) => `service/${names.cluster}/${names.service(service)}`;

async function policiesOf(service: Service): Promise<ScalingPolicy[]> {
  const asked = { ...inEcs, ResourceId: resourceId(service) };
  return (await scaling.send(new DescribeScalingPoliciesCommand(asked))).ScalingPolicies ?? [];
}

describe.each(system.services.map((s) => [s.name, s] as const))('scaling: %s', (_, service) => {
  const look = cli(
    `application-autoscaling describe-scaling-policies --service-namespace ecs --resource-id ${resourceId(service)}`,
  );

  it('is a scalable target of the declared range, and nothing is suspended', async () => {
    const asked = { ...inEcs, ResourceIds: [resourceId(service)] };
    const { ScalableTargets = [] } = await scaling.send(new DescribeScalableTargetsCommand(asked));
    const subject = {
      resource: `scalable target ${resourceId(service)}`,
      look: cli(
        `application-autoscaling describe-scalable-targets --service-namespace ecs --resource-ids ${resourceId(service)}`,
      ),
    };
    const found = ScalableTargets[0];
    const suspended = Object.entries(found?.SuspendedState ?? {}).flatMap(([what, is]) => (is ? [what] : []));
    await about(subject, () =>
      expect({ minimum: found?.MinCapacity, maximum: found?.MaxCapacity, suspended }).toEqual({
        ...taskRange(service, environment),
        suspended: [],
      }),
    );
  });

  it('follows its CPU, its memory and, where declared, its requests', async () => {
    const { cpu, memory, requestsPerTarget, scaleOutCooldown: out, scaleInCooldown: into } = service.scaling;
    const tracked = {
      cpu: `ECSServiceAverageCPUUtilization ${cpu}`,
      memory: `ECSServiceAverageMemoryUtilization ${memory}`,
      ...(requestsPerTarget && { requests: `${await requestsOverTasks(service)} ${requestsPerTarget}` }),
    };
    const expected = Object.entries(tracked).map(([measure, metric]) => [
      names.scalingPolicy(service, measure),
      `${metric}, out after ${out} s, in after ${into} s`,
    ]);
    const found = (await policiesOf(service)).map((p) => [p.PolicyName!, tracking(p)]);
    await about({ resource: `scaling policies of ${names.service(service)}`, look }, () =>
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected)),
    );
  });

  it('has an alarm to scale out and one to scale in for each policy', async () => {
    for (const { PolicyName, Alarms = [] } of await policiesOf(service)) {
      const kinds = Alarms.map((a) => /-(Alarm(?:High|Low))-/.exec(a.AlarmName ?? '')?.[1]).sort();
      await about({ resource: `scaling policy ${PolicyName}: alarms`, look }, () =>
        expect(kinds).toEqual(['AlarmHigh', 'AlarmLow']),
      );
    }
  });
});

if (environment.scalingTrial) {
  describe('scaling', () => {
    it('scales when an alarm of a policy is raised', async () => {
      const service = await quietService();
      // All services are being released: a change of a count could end a release, so the trial waits for a run between two.
      if (!service) return;
      const policy = (await policiesOf(service)).find((p) => p.PolicyName === names.scalingPolicy(service, 'cpu'));
      const alarm = policy?.Alarms?.find((a) => a.AlarmName?.includes('-AlarmHigh-'))?.AlarmName;
      const subject = {
        resource: `scaling of ${names.service(service)} by alarm ${alarm}: activities since it was raised`,
        look: cli(
          `application-autoscaling describe-scaling-activities --include-not-scaled-activities --service-namespace ecs --resource-id ${resourceId(service)}`,
        ),
      };
      await raised(alarm!, subject, resourceId(service));
    });
  });
}

/** Metric, target and cooldowns of a policy, in words. */
function tracking({ PolicyType, TargetTrackingScalingPolicyConfiguration: c }: ScalingPolicy): string {
  if (PolicyType !== 'TargetTrackingScaling' || !c) return `${PolicyType}`;
  const metrics = c.CustomizedMetricSpecification?.Metrics?.map(({ Expression, MetricStat: m }) =>
    m ? [m.Metric?.MetricName, ...dimensions(m.Metric?.Dimensions)].join(' ') : Expression,
  );
  const metric = metrics?.join('; ') ?? c.PredefinedMetricSpecification?.PredefinedMetricType;
  return `${metric} ${c.TargetValue}, out after ${c.ScaleOutCooldown} s, in after ${c.ScaleInCooldown} s`;
}

const dimensions = (all: Pick<MetricDimension, 'Name' | 'Value'>[] | { Name?: string; Value?: string }[] = []) =>
  all.map((d) => `${d.Name}=${d.Value}`);

/** The metrics of a policy that follows requests: those of both target groups, over running tasks. */
async function requestsOverTasks(service: Service): Promise<string> {
  const { BlueTargetGroupArn, GreenTargetGroupArn } = await outputs.blueGreen(service);
  const { LoadBalancerArn } = await outputs.platform();
  const loadBalancer = LoadBalancerArn.split(':loadbalancer/').pop();
  const requests = [BlueTargetGroupArn, GreenTargetGroupArn].map(
    (arn) => `RequestCount LoadBalancer=${loadBalancer} TargetGroup=${arn.split(':').pop()}`,
  );
  const tasks = `RunningTaskCount ClusterName=${names.cluster} ServiceName=${names.service(service)}`;
  return [...requests, tasks, '(FILL(blue, 0) + FILL(green, 0)) / tasks'].join('; ');
}
