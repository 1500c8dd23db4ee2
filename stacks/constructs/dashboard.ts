import { Arn, ArnFormat, aws_cloudwatch as cloudwatch, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import type { Service } from '../../declarations/system';
import type { Routing } from './routing';

export interface DashboardProps {
  readonly names: Names;
  readonly title: string;
  /** Full name of the load balancer, as its metrics have it. */
  readonly loadBalancer: string;
  readonly services: {
    readonly service: Service;
    readonly alarmNames: string[];
    /** Present where the service is behind the load balancer. */
    readonly routing?: Routing;
  }[];
  readonly hasDatabase: boolean;
}

type Dimensions = Record<string, string>;
/** A dashboard is 24 columns wide. */
const width = 24;
/** Source: AWS, "Dashboard body structure and syntax". */
const alarmsInAWidget = 100;

const inRowsOf = <T>(length: number, all: T[]): T[][] =>
  all.length ? [all.slice(0, length), ...inRowsOf(length, all.slice(length))] : [];

const metric = (namespace: string, name: string, dimensionsMap: Dimensions, statistic: string, label: string) =>
  new cloudwatch.Metric({ namespace, metricName: name, dimensionsMap, statistic, label, period: Duration.minutes(1) });
const graph = (title: string, columns: number, left: cloudwatch.IMetric[], options?: cloudwatch.YAxisProps) =>
  new cloudwatch.GraphWidget({ title, width: width / columns, height: 6, left, leftYAxis: { min: 0, ...options } });

/** The stage at a glance, from top to bottom: alarms, traffic, load, targets, database. */
export class Dashboard extends cloudwatch.Dashboard {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id, {
      dashboardName: props.names.dashboard,
      defaultInterval: Duration.hours(3),
      widgets: [
        [new cloudwatch.TextWidget({ markdown: `# ${props.title}`, width, height: 1 })],
        ...alarmStatus(scope, props),
        traffic(props),
        load(props),
        ...targets(props),
        ...(props.hasDatabase ? [database(props)] : []),
      ],
    });
  }
}

/** By name, not by reference: an alarm that is removed must not be held back by the dashboard that showed it. */
const alarmStatus = (scope: Construct, { services }: DashboardProps) => {
  const alarms = services
    .flatMap((s) => s.alarmNames)
    .map((resourceName) =>
      cloudwatch.Alarm.fromAlarmArn(
        scope,
        `Alarm-${resourceName}`,
        Arn.format(
          { service: 'cloudwatch', resource: 'alarm', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME },
          Stack.of(scope),
        ),
      ),
    );
  return inRowsOf(alarmsInAWidget, alarms).map((some) => [
    new cloudwatch.AlarmStatusWidget({ title: 'Alarms', width, height: 4, alarms: some }),
  ]);
};

const traffic = ({ loadBalancer }: DashboardProps) => {
  const alb = (name: string, statistic: string, label: string) =>
    metric('AWS/ApplicationELB', name, { LoadBalancer: loadBalancer }, statistic, label);
  return [
    graph('Requests a minute', 3, [alb('RequestCount', 'Sum', 'requests')]),
    graph('Latency, seconds', 3, [
      alb('TargetResponseTime', 'Average', 'average'),
      alb('TargetResponseTime', 'p95', '95 of 100 below'),
      alb('TargetResponseTime', 'p99', '99 of 100 below'),
    ]),
    graph('Errors a minute', 3, [
      alb('HTTPCode_Target_5XX_Count', 'Sum', '5xx of services'),
      alb('HTTPCode_ELB_5XX_Count', 'Sum', '5xx of the load balancer'),
      alb('HTTPCode_Target_4XX_Count', 'Sum', '4xx of services'),
    ]),
  ];
};

const load = ({ names, services }: DashboardProps) => {
  const each = (namespace: string, name: string) =>
    services.map(({ service }) =>
      metric(
        namespace,
        name,
        { ClusterName: names.cluster, ServiceName: names.service(service) },
        'Average',
        service.name,
      ),
    );
  return [
    graph('CPU, percent', 3, each('AWS/ECS', 'CPUUtilization'), { max: 100 }),
    graph('Memory, percent', 3, each('AWS/ECS', 'MemoryUtilization'), { max: 100 }),
    graph('Running tasks', 3, each('ECS/ContainerInsights', 'RunningTaskCount')),
  ];
};

/** Either colour may serve; while a release is held, both have targets. */
const targets = ({ loadBalancer, services }: DashboardProps) => {
  const behind = services.flatMap(({ service, routing }) => (routing ? [{ service, routing }] : []));
  const graphs = behind.map(({ service, routing }) => {
    const ofColour = (colour: 'blue' | 'green') => {
      const dimensions = { LoadBalancer: loadBalancer, TargetGroup: routing[colour].attrTargetGroupFullName };
      return [
        metric('AWS/ApplicationELB', 'HealthyHostCount', dimensions, 'Minimum', `${colour}, healthy`),
        metric('AWS/ApplicationELB', 'UnHealthyHostCount', dimensions, 'Maximum', `${colour}, unhealthy`),
      ];
    };
    return graph(`Targets of ${service.name}`, 3, [...ofColour('blue'), ...ofColour('green')]);
  });
  return inRowsOf(3, graphs);
};

const database = ({ names }: DashboardProps) => {
  const rds = (name: string, statistic: string, label: string) =>
    metric('AWS/RDS', name, { DBClusterIdentifier: names.database }, statistic, label);
  return [
    graph('Database: capacity units', 2, [
      rds('ServerlessDatabaseCapacity', 'Average', 'average'),
      rds('ServerlessDatabaseCapacity', 'Maximum', 'most'),
    ]),
    graph('Database: connections', 2, [rds('DatabaseConnections', 'Sum', 'connections')]),
  ];
};
