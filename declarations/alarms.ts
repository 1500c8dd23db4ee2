import type { Service } from './system';

/** A service's alarm on one measure: it looks once a minute, and missing data is no reason to be raised. */
export interface Alarm {
  /** Ends its name: see Names.alarm. */
  readonly measure: string;
  readonly metricName: string;
  readonly statistic: 'Average' | 'Sum' | 'Maximum';
  readonly above: number;
  /** Minutes in a row. */
  readonly minutes: number;
  readonly description: string;
}

/** Of a service's load: percent of what its tasks have. */
export const loadAlarms: readonly Alarm[] = [
  {
    measure: 'cpu',
    metricName: 'CPUUtilization',
    statistic: 'Average',
    above: 85,
    minutes: 5,
    description: 'CPU is above 85 %',
  },
  {
    measure: 'memory',
    metricName: 'MemoryUtilization',
    statistic: 'Average',
    above: 90,
    minutes: 5,
    description: 'memory is above 90 %',
  },
];

/** Of the traffic of a service behind the load balancer, the worse of blue and green. They also roll a deployment back; load alone does not. */
export const trafficAlarms: readonly Alarm[] = [
  {
    measure: 'response-time',
    metricName: 'TargetResponseTime',
    statistic: 'Average',
    above: 1,
    minutes: 3,
    description: 'answers take longer than 1 s',
  },
  {
    measure: 'errors',
    metricName: 'HTTPCode_Target_5XX_Count',
    statistic: 'Sum',
    above: 10,
    minutes: 2,
    description: 'more than 10 answers a minute are errors of the service',
  },
  {
    measure: 'unhealthy-hosts',
    metricName: 'UnHealthyHostCount',
    statistic: 'Maximum',
    above: 0,
    // Enough for a starting task to become healthy.
    minutes: 5,
    description: 'a task fails its health checks',
  },
];

/** All alarms of a service. */
export const alarmsOf = ({ release }: Pick<Service, 'release'>): readonly Alarm[] =>
  release === 'BLUE_GREEN' ? [...loadAlarms, ...trafficAlarms] : loadAlarms;
