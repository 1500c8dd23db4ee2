import {
  addressesPerZone,
  alarmsPerPolicy,
  containerInsights,
  deliveriesAMonth,
  gb,
  hours,
  image,
  logCompression,
  logGbPerTask,
  million,
  perRequest,
  requestsAMonth,
  type Traffic,
} from './assumptions';
import { computeLines, servicesIn, type ServiceTasks } from './compute';
import { counted, type Line } from './lines';
import { resourcesOf, type Template } from './template';

/** What an environment costs a month, from the templates of its stacks. */
export function environmentLines(templates: Template[], traffic: Traffic): Line[] {
  const services = servicesIn(templates);
  const logGb =
    gb(requestsAMonth(traffic), perRequest.logged) + services.reduce((sum, s) => sum + s.tasks, 0) * logGbPerTask;
  return [
    ...computeLines(services),
    ...loadBalancerLines(templates, traffic),
    ...egressLines(templates, services, logGb),
    ...databaseLines(templates, traffic),
    ...secretLines(templates),
    ...logLines(templates, traffic, logGb),
    ...metricLines(templates, services),
    ...nameLines(templates),
    {
      group: 'Internet traffic',
      what: 'answers',
      price: 'internet-gb',
      quantity: gb(requestsAMonth(traffic), perRequest.answered),
    },
  ];
}

function loadBalancerLines(templates: Template[], { requestsPerSecond }: Traffic): Line[] {
  // AWS bills the largest of these; rules count beyond the first ten.
  const rules = resourcesOf(templates, 'AWS::ElasticLoadBalancingV2::ListenerRule').length;
  const units = Math.max(
    requestsPerSecond / perRequest.perConnection / 25,
    gb(requestsPerSecond * 3600, perRequest.balanced),
    (requestsPerSecond * Math.max(0, rules / 2 - 10)) / 1000,
  );
  return resourcesOf(templates, 'AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(({ Subnets }): Line[] => [
    { group: 'Load balancer', what: 'load balancer', price: 'alb-hour', quantity: hours },
    { group: 'Load balancer', what: `${units.toFixed(3)} capacity units`, price: 'lcu-hour', quantity: units * hours },
    {
      group: 'Load balancer',
      what: counted(Subnets.length * addressesPerZone, 'public address'),
      price: 'public-ipv4-hour',
      quantity: Subnets.length * addressesPerZone * hours,
    },
  ]);
}

/** NAT gateways and endpoints: what an endpoint takes does not pass NAT. */
function egressLines(templates: Template[], services: ServiceTasks[], logGb: number): Line[] {
  const gateways = resourcesOf(templates, 'AWS::EC2::NatGateway').length;
  const addresses = resourcesOf(templates, 'AWS::EC2::EIP').length;
  const endpoints = resourcesOf(templates, 'AWS::EC2::VPCEndpoint');
  const interfaces = endpoints.filter(({ VpcEndpointType }) => VpcEndpointType === 'Interface');
  const has = (service: string) => endpoints.some(({ ServiceName }) => JSON.stringify(ServiceName).includes(service));
  const tasks = services.reduce((sum, s) => sum + s.tasks, 0);
  // Layers of an image come from S3.
  const pulledGb = tasks * image.gb * deliveriesAMonth;
  const throughNat = (has('.logs') ? 0 : logGb) + (has('.s3') ? 0 : pulledGb);
  return [
    { group: 'NAT gateways', what: counted(gateways, 'gateway'), price: 'nat-hour', quantity: gateways * hours },
    {
      group: 'NAT gateways',
      what: `${throughNat.toFixed(1)} GB of logs and images`,
      price: 'nat-gb',
      quantity: throughNat,
    },
    {
      group: 'NAT gateways',
      what: counted(addresses, 'public address'),
      price: 'public-ipv4-hour',
      quantity: addresses * hours,
    },
    ...interfaces.map(({ ServiceName, SubnetIds }): Line => {
      const name = /((ecr\.)?[a-z]+)"[\]}]*$/.exec(JSON.stringify(ServiceName))![1];
      return {
        group: 'VPC endpoints',
        what: `${name} in ${counted(SubnetIds.length, 'zone')}`,
        price: 'endpoint-zone-hour',
        quantity: SubnetIds.length * hours,
      };
    }),
    { group: 'VPC endpoints', what: 'logs', price: 'endpoint-gb', quantity: has('.logs') ? logGb : 0 },
  ];
}

function databaseLines(templates: Template[], traffic: Traffic): Line[] {
  const instances = resourcesOf(templates, 'AWS::RDS::DBInstance').length;
  return resourcesOf(templates, 'AWS::RDS::DBCluster').flatMap((cluster): Line[] => {
    const least = cluster.ServerlessV2ScalingConfiguration.MinCapacity;
    return [
      {
        group: 'Database',
        what: `${counted(instances, 'instance')} at ${least} ACU`,
        price: 'aurora-acu-hour',
        quantity: instances * least * hours,
      },
      { group: 'Database', what: 'storage', price: 'aurora-gb-month', quantity: traffic.databaseGb },
      { group: 'Database', what: 'backups', price: 'aurora-backup-gb-month', quantity: traffic.databaseGb },
      {
        group: 'Database',
        what: 'storage operations',
        price: 'aurora-million-io',
        quantity: (requestsAMonth(traffic) * perRequest.databaseOperations) / million,
      },
    ];
  });
}

function secretLines(templates: Template[]): Line[] {
  const keys = resourcesOf(templates, 'AWS::KMS::Key').length;
  const secrets = resourcesOf(templates, 'AWS::SecretsManager::Secret').length;
  // RDS keeps the password of its user in a secret of its own.
  const managed = resourcesOf(templates, 'AWS::RDS::DBCluster').filter((c) => c.ManageMasterUserPassword).length;
  return [
    { group: 'Keys', what: counted(keys, 'key'), price: 'kms-key-month', quantity: keys },
    {
      group: 'Secrets',
      what: counted(secrets + managed, 'secret'),
      price: 'secret-month',
      quantity: secrets + managed,
    },
  ];
}

function logLines(templates: Template[], traffic: Traffic, logGb: number): Line[] {
  const requests = requestsAMonth(traffic);
  const flowGb = resourcesOf(templates, 'AWS::EC2::FlowLog').length * gb(requests, perRequest.flowLogged);
  const collectors = resourcesOf(templates, 'AWS::ECS::TaskDefinition').some(
    ({ ContainerDefinitions = [] }) => ContainerDefinitions.length > 1,
  );
  return [
    { group: 'Logs and traces', what: `logs, ${logGb.toFixed(1)} GB`, price: 'log-gb', quantity: logGb },
    { group: 'Logs and traces', what: `flow logs, ${flowGb.toFixed(1)} GB`, price: 'log-gb', quantity: flowGb },
    {
      group: 'Logs and traces',
      what: 'stored logs',
      price: 'log-gb-month',
      quantity: (logGb + flowGb) * logCompression,
    },
    {
      group: 'Logs and traces',
      what: 'traces',
      price: 'million-traces',
      quantity: collectors ? (requests * perRequest.traced) / million : 0,
    },
  ];
}

function metricLines(templates: Template[], services: ServiceTasks[]): Line[] {
  const insights = resourcesOf(templates, 'AWS::ECS::Cluster')
    .filter(({ ClusterSettings = [] }) =>
      ClusterSettings.some(
        (s: { Name: string; Value: string }) => s.Name === 'containerInsights' && s.Value !== 'disabled',
      ),
    )
    .map(() => containerInsights.cluster + services.length * (containerInsights.service + containerInsights.family));
  const alarms = resourcesOf(templates, 'AWS::CloudWatch::Alarm');
  const policies = resourcesOf(templates, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
    (p) => p.TargetTrackingScalingPolicyConfiguration?.CustomizedMetricSpecification?.Metrics,
  );
  const read = [
    ...alarms.map(({ Metrics }) => metricsRead(Metrics)),
    ...policies.map((m) => alarmsPerPolicy * metricsRead(m)),
  ];
  const dashboards = resourcesOf(templates, 'AWS::CloudWatch::Dashboard').length;
  return [
    {
      group: 'Metrics, alarms',
      what: 'Container Insights',
      price: 'metric-month',
      quantity: insights.reduce((sum, n) => sum + n, 0),
    },
    {
      group: 'Metrics, alarms',
      what: counted(alarms.length + policies.length * alarmsPerPolicy, 'alarm'),
      price: 'alarm-metric-month',
      quantity: read.reduce((sum, n) => sum + n, 0),
    },
    {
      group: 'Metrics, alarms',
      what: counted(dashboards, 'dashboard'),
      price: 'dashboard-month',
      quantity: dashboards,
    },
  ];
}

/** An alarm reads one metric, or those that its expression names. */
const metricsRead = (metrics?: { MetricStat?: unknown }[]): number =>
  metrics ? metrics.filter(({ MetricStat }) => MetricStat).length : 1;

function nameLines(templates: Template[]): Line[] {
  const zones = ['AWS::ServiceDiscovery::PrivateDnsNamespace', 'AWS::Route53::HostedZone'].flatMap((type) =>
    resourcesOf(templates, type),
  ).length;
  return [{ group: 'Names', what: counted(zones, 'hosted zone'), price: 'hosted-zone-month', quantity: zones }];
}
