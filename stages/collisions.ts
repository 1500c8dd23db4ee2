import { hasData, stackKinds } from '../declarations/effective';
import { deliverySteps, Names, stepRole } from '../declarations/names';
import type { System } from '../declarations/system';
import type { Configuration } from './configuration';
import { toolingOf } from './environments';
import { systemNamed } from './systems';

interface Claim {
  /** Two claims of one key cannot both be had. */
  readonly key: string;
  /** What is claimed, as a person says it. */
  readonly what: string;
  /** Who claims it. */
  readonly by: string;
  /** What to do about two that claim it. */
  readonly remedy: string;
}

/**
 * Throws where two things that configuration.json delivers to one account and region would have the same name: of two
 * systems, or of two services whose names are equal once they are shortened.
 */
export function refuseCollisions(configuration: Configuration, system: System): void {
  const claims = new Map<string, Claim>();
  for (const claim of [...claimsOfStages(configuration, system), ...claimsOfTooling(configuration, system)]) {
    const other = claims.get(claim.key);
    if (other) {
      const twice = other.by === claim.by;
      throw new Error(
        `${claim.what} would be made twice, ${twice ? `both times for ${claim.by}` : `for ${other.by} and for ${claim.by}`}: ` +
          (twice ? 'give one of its services another name' : claim.remedy),
      );
    }
    claims.set(claim.key, claim);
  }
}

/** Each environment of the configuration with the system that is delivered there. */
const deliveriesOf = ({ environments }: Configuration, delivered: System) =>
  Object.entries(environments).map(([name, { account, region, system }]) => {
    const here = system === undefined || system === delivered.name ? delivered : systemNamed(system);
    return { system: here, name, account, region: region ?? here.region };
  });

function claimsOfStages(configuration: Configuration, delivered: System): Claim[] {
  return deliveriesOf(configuration, delivered).flatMap(({ system, name, account, region }) => {
    const by = `${system.name} in '${name}'`;
    const remedy = 'give one of the environments another name, in configuration.json and stages/environments.ts';
    const claim = (place: string) => (kind: string, names: string[]) =>
      names.map((n) => ({ key: [place, kind, n].join(' '), what: `${kind} '${n}' in ${place}`, by, remedy }));
    return [
      ...Object.entries(regionalNames(system, name)).flatMap(([kind, of]) => claim(`${account}, ${region}`)(kind, of)),
      ...Object.entries(globalNames(system, name)).flatMap(([kind, of]) => claim(account)(kind, of)),
      ...claim(configuration.tooling.account)(
        'Role',
        deliverySteps.map((step) => stepRole(system.prefix, step, name)),
      ),
    ];
  });
}

/** The pipeline and the image repositories of each system that the configuration delivers. */
function claimsOfTooling(configuration: Configuration, delivered: System): Claim[] {
  const systems = new Set([delivered, ...deliveriesOf(configuration, delivered).map((d) => d.system)]);
  return [...systems].flatMap((system) => {
    const { account, region } = toolingOf(configuration, system);
    const names = {
      'The pipeline': [`${system.prefix}-delivery`],
      Repository: system.services.map((s) => s.name),
    };
    return Object.entries(names).flatMap(([kind, of]) =>
      of.map((n) => ({
        key: [account, region, kind, n].join(' '),
        what: `${kind} '${n}' in ${account}, ${region}`,
        by: system.name,
        remedy: 'deliver one of the systems by a configuration with another tooling account or region',
      })),
    );
  });
}

/** Names that are unique in an account and region, by kind of resource. */
function regionalNames(system: System, environment: string): Record<string, string[]> {
  const names = new Names(system, { name: environment });
  const { services, secrets, database } = system;
  const shifted = services.filter((s) => s.release === 'BLUE_GREEN');
  return {
    Stack: stackKinds(system).map((kind) => names.stack(kind)),
    Cluster: [names.cluster],
    'Load balancer': [names.loadBalancer],
    'Target group': shifted.flatMap((s) => [names.targetGroup(s, 'blue'), names.targetGroup(s, 'green')]),
    Function: [names.probe],
    Namespace: [names.namespace],
    Topic: [names.alarmTopic],
    'Log group': [names.probeLogGroup, names.flowLogGroup, ...services.map((s) => names.logGroup(s))],
    'Key alias': [
      names.keyAlias('telemetry'),
      ...(database ? [names.keyAlias('database')] : []),
      ...(hasData(system) ? [names.keyAlias('secrets')] : []),
    ],
    'Database cluster': database ? [names.database] : [],
    Secret: secrets.map((s) => names.secret(s)),
    Parameter: [
      ...(database ? [names.databaseEndpointParameter] : []),
      ...services.map((s) => names.promotedParameter(s)),
    ],
    'CodeDeploy application': [names.codeDeployApplication],
    'Task-definition family': services.map((s) => names.service(s)),
    // One measure stands for all: the rest of the name is the same.
    Alarm: services.map((s) => names.alarm(s, 'cpu')),
  };
}

/** Names that are unique in an account, whatever the region. */
function globalNames(system: System, environment: string): Record<string, string[]> {
  const names = new Names(system, { name: environment });
  const { services, database, dashboard } = system;
  return {
    Role: [
      names.probeRole,
      names.flowLogRole,
      ...(database ? [names.databaseMonitoringRole] : []),
      ...deliverySteps.map((step) => names.deliveryRole(step)),
      ...services.flatMap((s) => [names.executionRole(s), names.taskRole(s)]),
      ...services.filter((s) => s.release === 'BLUE_GREEN').map((s) => names.codeDeployRole(s)),
    ],
    Dashboard: dashboard ? [names.dashboard] : [],
  };
}
