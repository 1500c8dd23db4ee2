// The log that a cluster exports to CloudWatch Logs.
import type { Environment, Resource } from '../../state';
import { makeLogGroup, putLogLine } from '../logs';
import { streamsOf } from '../logs/store';

/** Lines of a server's log that are kept. */
const kept = 1000;

const exportsLog = ({ model }: Resource) => (model.EnableCloudwatchLogsExports ?? []).includes('postgresql');

/** The log group of a cluster's exported log. */
export const logGroupOf = (cluster: string) => `/aws/rds/cluster/${cluster}/postgresql`;

/** RDS makes the log group where nobody has, and leaves it behind. */
export function prepareLogGroup(env: Environment, cluster: Resource): void {
  if (exportsLog(cluster) && !env.get('AWS::Logs::LogGroup', logGroupOf(cluster.id))) {
    makeLogGroup(env, logGroupOf(cluster.id));
  }
}

/** Writes a line of an instance's log, while the cluster exports it. */
export function exportLine(env: Environment, clusterType: string, cluster: string, instance: string, line: string) {
  const found = env.get(clusterType, cluster);
  const group = logGroupOf(cluster);
  if (!found || !exportsLog(found) || !env.get('AWS::Logs::LogGroup', group)) return;
  const stream = `${instance}.0`;
  putLogLine(env, group, stream, line);
  const { events } = streamsOf(env, group).get(stream)!;
  events.splice(0, events.length - kept);
}
