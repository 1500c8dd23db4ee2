import { aws_cloudwatch as cloudwatch, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import type { Service } from '../../declarations/system';
import type { LoadBalancer } from './load-balancer';
import type { Routing } from './routing';

export interface AlarmsProps {
  readonly service: Service;
  readonly names: Names;
  /** ARN of the topic that is told. */
  readonly topicArn: string;
  /** Present where the service is behind the load balancer. */
  readonly behind?: { readonly routing: Routing; readonly loadBalancer: LoadBalancer };
}

interface Threshold {
  readonly above: number;
  /** Minutes in a row. */
  readonly minutes: number;
  readonly description: string;
}

/** A service's alarms. Those of its traffic also roll a deployment back; load alone does not. */
export class Alarms extends Construct {
  /** Alarms that tell that a release is bad. */
  readonly ofTraffic: cloudwatch.CfnAlarm[];
  /** Names of all of them. */
  readonly names: string[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    this.ofLoad('cpu', 'CPUUtilization', { above: 85, minutes: 5, description: 'CPU is above 85 %' });
    this.ofLoad('memory', 'MemoryUtilization', { above: 90, minutes: 5, description: 'memory is above 90 %' });
    const { behind } = props;
    this.ofTraffic = behind
      ? [
          this.ofBothColours('response-time', 'TargetResponseTime', 'Average', {
            above: 1,
            minutes: 3,
            description: 'answers take longer than 1 s',
          }),
          this.ofBothColours('errors', 'HTTPCode_Target_5XX_Count', 'Sum', {
            above: 10,
            minutes: 2,
            description: 'more than 10 answers a minute are errors of the service',
          }),
          // Minutes enough for a starting task to become healthy.
          this.ofBothColours('unhealthy-hosts', 'UnHealthyHostCount', 'Maximum', {
            above: 0,
            minutes: 5,
            description: 'a task fails its health checks',
          }),
        ]
      : [];
  }

  private ofLoad(measure: string, metricName: string, threshold: Threshold): void {
    const { service, names } = this.props;
    this.alarm(measure, threshold, {
      namespace: 'AWS/ECS',
      metricName,
      dimensions: [
        { name: 'ClusterName', value: names.cluster },
        { name: 'ServiceName', value: names.service(service) },
      ],
      statistic: 'Average',
      period: 60,
    });
  }

  /** The worse of blue and green: either may be the one that serves. */
  private ofBothColours(measure: string, metricName: string, stat: string, threshold: Threshold): cloudwatch.CfnAlarm {
    const { routing, loadBalancer } = this.props.behind!;
    const metric = (id: 'blue' | 'green') => ({
      id,
      returnData: false,
      metricStat: {
        metric: {
          namespace: 'AWS/ApplicationELB',
          metricName,
          dimensions: [
            { name: 'LoadBalancer', value: loadBalancer.resource.attrLoadBalancerFullName },
            { name: 'TargetGroup', value: routing[id].attrTargetGroupFullName },
          ],
        },
        period: 60,
        stat,
      },
    });
    return this.alarm(measure, threshold, {
      metrics: [
        metric('blue'),
        metric('green'),
        { id: 'worse', label: metricName, expression: 'MAX([FILL(blue, 0), FILL(green, 0)])', returnData: true },
      ],
    });
  }

  private alarm(
    measure: string,
    { above, minutes, description }: Threshold,
    metric: Partial<cloudwatch.CfnAlarmProps>,
  ): cloudwatch.CfnAlarm {
    const { service, names, topicArn } = this.props;
    const alarmName = names.alarm(service, measure);
    const alarm = new cloudwatch.CfnAlarm(this, measure, {
      alarmName,
      alarmDescription: `${service.name}: ${description}, ${minutes} minutes in a row`,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: above,
      evaluationPeriods: minutes,
      treatMissingData: 'notBreaching',
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...metric,
    });
    Tags.of(alarm).add('Name', alarmName);
    this.names.push(alarmName);
    return alarm;
  }
}
