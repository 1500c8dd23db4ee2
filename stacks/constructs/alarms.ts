import { aws_cloudwatch as cloudwatch, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Alarm, loadAlarms, trafficAlarms } from '../../declarations/alarms';
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
    for (const alarm of loadAlarms) this.ofLoad(alarm);
    this.ofTraffic = props.behind ? trafficAlarms.map((alarm) => this.ofBothColours(alarm)) : [];
  }

  private ofLoad(declared: Alarm): void {
    const { service, names } = this.props;
    const { metricName, statistic } = declared;
    this.alarm(declared, {
      namespace: 'AWS/ECS',
      metricName,
      dimensions: [
        { name: 'ClusterName', value: names.cluster },
        { name: 'ServiceName', value: names.service(service) },
      ],
      statistic,
      period: 60,
    });
  }

  /** The worse of blue and green: either may be the one that serves. */
  private ofBothColours(declared: Alarm): cloudwatch.CfnAlarm {
    const { metricName, statistic: stat } = declared;
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
    return this.alarm(declared, {
      metrics: [
        metric('blue'),
        metric('green'),
        { id: 'worse', label: metricName, expression: 'MAX([FILL(blue, 0), FILL(green, 0)])', returnData: true },
      ],
    });
  }

  private alarm(
    { measure, above, minutes, description }: Alarm,
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
