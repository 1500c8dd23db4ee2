import { aws_applicationautoscaling as scaling, type aws_ecs as ecs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { taskRange } from '../../declarations/effective';
import type { Environment } from '../../declarations/environment';
import type { Names } from '../../declarations/names';
import type { Service } from '../../declarations/system';
import type { LoadBalancer } from './load-balancer';
import type { Routing } from './routing';

export interface ScalingProps {
  readonly service: Service;
  readonly environment: Environment;
  readonly names: Names;
  readonly ecsService: ecs.CfnService;
  /** Present where the service is behind the load balancer. */
  readonly behind?: { readonly routing: Routing; readonly loadBalancer: LoadBalancer };
}

/** Keeps a service's number of tasks in its range, by CPU, memory and, where declared, requests. */
export class Scaling extends Construct {
  private readonly target: scaling.CfnScalableTarget;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ScalingProps,
  ) {
    super(scope, id);
    const { service, environment, names, ecsService, behind } = props;
    const { minimum, maximum } = taskRange(service, environment);
    this.target = new scaling.CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: `service/${names.cluster}/${names.service(service)}`,
      minCapacity: minimum,
      maxCapacity: maximum,
    });
    this.target.addResourceDependency(ecsService);
    const { cpu, memory, requestsPerTarget } = service.scaling;
    this.policy('cpu', cpu, {
      predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    });
    this.policy('memory', memory, {
      predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageMemoryUtilization' },
    });
    if (behind && requestsPerTarget) {
      this.policy('requests', requestsPerTarget, {
        customizedMetricSpecification: { metrics: this.requestsPerTask(behind) },
      });
    }
  }

  private policy(
    measure: string,
    targetValue: number,
    metric: Partial<scaling.CfnScalingPolicy.TargetTrackingScalingPolicyConfigurationProperty>,
  ): void {
    const { service, names } = this.props;
    new scaling.CfnScalingPolicy(this, measure, {
      policyName: names.scalingPolicy(service, measure),
      policyType: 'TargetTrackingScaling',
      scalingTargetId: this.target.ref,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        scaleOutCooldown: service.scaling.scaleOutCooldown,
        scaleInCooldown: service.scaling.scaleInCooldown,
        ...metric,
      },
    });
  }

  /**
   * Requests a minute over running tasks. ALBRequestCountPerTarget watches one target group, and CodeDeploy changes which
   * one serves. Source: AWS, "Target tracking scaling policies for ECS": it is not supported with blue/green deployments.
   */
  private requestsPerTask({ routing, loadBalancer }: NonNullable<ScalingProps['behind']>) {
    const { service, names } = this.props;
    const requests = (id: 'blue' | 'green') => ({
      id,
      returnData: false,
      metricStat: {
        stat: 'Sum',
        metric: {
          namespace: 'AWS/ApplicationELB',
          metricName: 'RequestCount',
          dimensions: [
            { name: 'LoadBalancer', value: loadBalancer.resource.attrLoadBalancerFullName },
            { name: 'TargetGroup', value: routing[id].attrTargetGroupFullName },
          ],
        },
      },
    });
    return [
      requests('blue'),
      requests('green'),
      {
        id: 'tasks',
        returnData: false,
        metricStat: {
          stat: 'Average',
          metric: {
            namespace: 'ECS/ContainerInsights',
            metricName: 'RunningTaskCount',
            dimensions: [
              { name: 'ClusterName', value: names.cluster },
              { name: 'ServiceName', value: names.service(service) },
            ],
          },
        },
      },
      {
        id: 'requests',
        label: 'Requests a minute for each running task',
        expression: '(FILL(blue, 0) + FILL(green, 0)) / tasks',
        returnData: true,
      },
    ];
  }
}
