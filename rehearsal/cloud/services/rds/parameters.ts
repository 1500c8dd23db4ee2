// Parameter groups: what a cluster's own says, and what RDS takes where it says nothing.
import type { Environment, Resource, Values } from '../../state';
import { CLUSTER_PARAMETERS, majorVersion } from './state';

/** Parameters that a server here takes over. Others are kept and described: they are about sizes, or Aurora's own. */
const taken = /^(log_(?!timezone|line_prefix)\w+|\w+_timeout|default_transaction_\w+|timezone|datestyle|search_path)$/;

/** Name of the group that a cluster has when its template names none. */
export const defaultGroup = ({ model }: Resource) => `default.aurora-postgresql${majorVersion(model.EngineVersion)}`;

/** What the cluster's parameter group sets. */
export function clusterParameters(env: Environment, { model }: Resource): Record<string, string> {
  const group = model.DBClusterParameterGroupName && env.get(CLUSTER_PARAMETERS, model.DBClusterParameterGroupName);
  return textsOf(group ? group.model.Parameters : {});
}

export const textsOf = (parameters: Values = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));

/** rds.force_ssl: since version 17 on unless it is switched off, before that off unless it is switched on. */
export function forcesTls(env: Environment, cluster: Resource): boolean {
  const set = clusterParameters(env, cluster)['rds.force_ssl'];
  return set === undefined ? majorVersion(cluster.model.EngineVersion) >= 17 : ['1', 'on', 'true'].includes(set);
}

/** Settings that the cluster's servers take over. */
export const serverSettings = (env: Environment, cluster: Resource): Record<string, string> =>
  Object.fromEntries(Object.entries(clusterParameters(env, cluster)).filter(([name]) => taken.test(name)));
