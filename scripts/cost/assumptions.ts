/** What no template says. Every estimate prints these. */
export interface Traffic {
  /** Requests from outside, averaged over the month. */
  requestsPerSecond: number;
  /** GB that the database holds. */
  databaseGb: number;
}

/** AWS's own month in price examples. */
export const hours = 730;
const secondsAMonth = hours * 3600;
export const million = 1_000_000;

export const perRequest = {
  /** kB through the load balancer, both ways. */
  balanced: 4,
  /** kB of answers that leave for the internet. */
  answered: 2,
  /** kB of log lines, of all services that take part. */
  logged: 1,
  /** kB of flow log records. */
  flowLogged: 0.5,
  /** Requests that share a connection. */
  perConnection: 10,
  /** Share of requests whose trace is recorded: X-Ray's default rule, 5 %. */
  traced: 0.05,
  databaseOperations: 2,
};
/** GB a month that Container Insights and starting and stopping write for each task. */
export const logGbPerTask = 0.05;
/** Share that a stored log takes of what was written: CloudWatch compresses. */
export const logCompression = 0.15;
export const image = { gb: 0.06, kept: 10 };
export const deliveriesAMonth = 20;
/** GB of artifacts that one delivery leaves for their 30 days. */
export const artifactGb = 0.3;

/**
 * Metrics that Container Insights counts for each cluster, service and task-definition family.
 * Of AWS's price example "Container Insights for Amazon ECS"; not confirmed.
 */
export const containerInsights = { cluster: 8, service: 11, family: 6 };
/** Alarms that each target tracking policy makes: one to scale out, one to scale in. */
export const alarmsPerPolicy = 2;
/** Addresses that the load balancer has in each zone; it takes more under load. */
export const addressesPerZone = 1;

const quiet: Traffic = { requestsPerSecond: 0.1, databaseGb: 1 };
const traffic: Record<string, Traffic> = {
  dev: quiet,
  staging: { requestsPerSecond: 1, databaseGb: 5 },
  prod: { requestsPerSecond: 20, databaseGb: 20 },
};
export const trafficOf = (environment: string): Traffic => traffic[environment] ?? quiet;
export const requestsAMonth = ({ requestsPerSecond }: Traffic): number => requestsPerSecond * secondsAMonth;
export const gb = (requests: number, kilobytes: number): number => (requests * kilobytes) / million;

/** Minutes that an action of the pipeline takes, by the beginning of its name. */
const minutes: [RegExp, number][] = [
  [/^(Synth|Images?|images?)$/, 4],
  [/^watch/, 4],
  [/^release/, 4],
  [/^live-checks/, 3],
  // Ten steps of a minute, and blue's five.
  [/^promotion.*linear$/, 17],
  [/^promotion/, 7],
  [/Deploy$/, 3],
];
/** Minutes of an action; the traffic shift is that of its environment. */
export const minutesOf = (action: string, shift: 'linear' | 'all-at-once' | ''): number =>
  minutes.find(([name]) => name.test(action + (shift && ` ${shift}`)) || name.test(action))?.[1] ?? 1;

/** The same as sentences. */
export const assumptionsAsText: string[] = [
  `${hours} hours a month, every service at its fewest tasks, Aurora at its least capacity; free tiers, tax and commitments left out.`,
  "Prices are us-east-1's; us-east-2 is taken to have the same.",
  'Spot: 60 % below on demand. AWS says up to 70 %, and it changes. The strategy gives the share: base first, then weights.',
  `Requests a second, averaged: ${Object.entries(traffic)
    .map(([name, t]) => `${name} ${t.requestsPerSecond}`)
    .join(
      ', ',
    )}. Each is ${perRequest.balanced} kB through the load balancer, ${perRequest.answered} kB to the internet, ` +
    `${perRequest.logged} kB of logs, ${perRequest.flowLogged} kB of flow logs; ${perRequest.perConnection} share a connection; ${perRequest.traced * 100} % are traced.`,
  `Logs: ${logGbPerTask} GB a task beside requests; stored at ${logCompression * 100} % of their size until they expire.`,
  `Container Insights: ${containerInsights.cluster} metrics a cluster, ${containerInsights.service} a service, ${containerInsights.family} a task-definition family.`,
  `Each target tracking policy makes ${alarmsPerPolicy} alarms; an alarm costs by the metrics that it reads.`,
  `Database: ${Object.entries(traffic)
    .map(([name, t]) => `${name} ${t.databaseGb} GB`)
    .join(', ')}, as much again in backups, ${perRequest.databaseOperations} storage operations a request.`,
  `${deliveriesAMonth} deliveries a month. Minutes of an action: Synth and images 4, deploys 3, release 4, checks 3, promotion 17 (linear) or 7, others 1.`,
  `${image.kept} images of ${image.gb} GB a repository; every delivery pulls each service's image once a task.`,
  "Keys: their first year. Each of the first two rotations adds a key's price.",
  'Not counted, each below a dollar at this traffic: requests to KMS, Secrets Manager, S3 and SNS, the probe, transfer between zones, build logs.',
];
