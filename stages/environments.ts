import { declareEnvironment, type Environment } from '../declarations/environment';
import type { Configuration } from './configuration';

/** How each environment differs from the systems' declarations, in the order of delivery. */
const environments: Omit<Environment, 'account' | 'region' | 'zones' | 'certificateArn'>[] = [
  {
    name: 'dev',
    natGateways: 'one',
    taskSize: 'half',
    tasks: { minimum: 1, maximum: 3 },
    executeCommand: true,
    approval: false,
    trafficShift: 'all-at-once',
    retainData: false,
  },
  {
    name: 'staging',
    natGateways: 'one',
    taskSize: 'declared',
    tasks: { minimum: 2 },
    executeCommand: true,
    approval: true,
    trafficShift: 'linear',
    retainData: false,
  },
  {
    name: 'prod',
    natGateways: 'one-per-zone',
    taskSize: 'declared',
    tasks: {},
    executeCommand: false,
    approval: true,
    trafficShift: 'linear',
    retainData: true,
  },
];

/** The environments with their accounts. Throws where configuration.json lacks one or has one that is not declared here. */
export function environmentsOf(configuration: Configuration): Environment[] {
  const known = environments.map((e) => e.name);
  const unknown = Object.keys(configuration.environments).filter((name) => !known.includes(name));
  if (unknown.length) {
    throw new Error(
      `configuration.json has environments that stages/environments.ts does not declare: ${unknown.join(', ')}`,
    );
  }
  return environments.map((e) => {
    const place = configuration.environments[e.name];
    if (!place)
      throw new Error(`configuration.json has no account for environment '${e.name}': add environments.${e.name}`);
    return declareEnvironment({ ...e, ...place, certificateArn: place.certificateArn! });
  });
}
