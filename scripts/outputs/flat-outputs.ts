import type {
  BlueGreenOutputs,
  DatabaseOutputs,
  NetworkOutputs,
  PlatformOutputs,
  SecretOutputs,
  ServiceOutputs,
} from '../../declarations/outputs';
import type { System } from '../../declarations/system';

type Outputs = Map<string, Record<string, string>>;

/**
 * What a stage's stacks told, under names that tools outside of AWS look for. Those of a service begin with its name where
 * there are several (payment_api_ecs_service_name), and have none where there is one.
 *
 * - `ecr_repository_url` and `ecr_repository_uri` are the same: Terraform's word and CloudFormation's.
 * - `target_group_arn` is the blue one of the pair; which of them serves changes with each release. Internal services have none.
 * - `task_definition_arn` is the revision that the last deploy made: what serves, once it is promoted.
 * - `db_secret_arn` is the secret that RDS keeps for the database, or the first that the system declares where it has no
 *   database. A system with neither has none.
 *
 * Throws where a stack lacks an output.
 */
export function flatOutputs(system: System, outputs: Outputs): Record<string, string> {
  const network = told<NetworkOutputs>(outputs, 'network');
  const platform = told<PlatformOutputs>(outputs, 'platform');
  const flat = {
    vpc_id: network('VpcId'),
    ecs_cluster_name: platform('ClusterName'),
    ecs_cluster_arn: platform('ClusterArn'),
    load_balancer_dns: platform('LoadBalancerDnsName'),
    ...databaseSecret(system, outputs),
  };
  const services = system.services.map((service) => {
    const prefix = system.services.length > 1 ? `${service.name.replaceAll('-', '_')}_` : '';
    const own = Object.entries(ofService(outputs, service.name, service.release === 'BLUE_GREEN'));
    return Object.fromEntries(own.map(([key, value]) => [prefix + key, value]));
  });
  return Object.assign(flat, ...services) as Record<string, string>;
}

function ofService(outputs: Outputs, name: string, blueGreen: boolean): Record<string, string> {
  const service = told<ServiceOutputs>(outputs, name);
  return {
    ecs_service_name: service('ServiceName'),
    ecr_repository_url: service('RepositoryUri'),
    ecr_repository_uri: service('RepositoryUri'),
    ...(blueGreen && { target_group_arn: told<BlueGreenOutputs>(outputs, name)('BlueTargetGroupArn') }),
    log_group_name: service('LogGroupName'),
    task_definition_arn: service('TaskDefinitionArn'),
  };
}

function databaseSecret({ database, secrets }: System, outputs: Outputs): Record<string, string> {
  if (database) return { db_secret_arn: told<DatabaseOutputs>(outputs, 'data')('DatabaseSecretArn') };
  if (!secrets.length) return {};
  return { db_secret_arn: told<SecretOutputs>(outputs, 'data')('SecretArns').split(',')[0]! };
}

/** Reads one output of a stack. A missing one is an error here, and not an empty value in somebody's file. */
function told<T extends object>(outputs: Outputs, kind: string): (key: keyof T & string) => string {
  return (key) => {
    const value = outputs.get(kind)?.[key];
    if (value !== undefined) return value;
    throw new Error(`The stack for '${kind}' has no output '${key}': deliver this commit first`);
  };
}
