import { declareEnvironment, type Environment } from '../declarations/environment';
import type { System } from '../declarations/system';
import type { Configuration, ConfiguredEnvironment } from './configuration';

/** How each environment differs from the systems' declarations, in the order of delivery. */
const environments: Omit<Environment, 'account' | 'region' | 'zones' | 'certificate' | 'testers'>[] = [
  {
    name: 'dev',
    natGateways: 'one',
    taskSize: 'half',
    tasks: { minimum: 1, maximum: 3 },
    executeCommand: true,
    approval: false,
    trafficShift: 'all-at-once',
    scalingTrial: true,
    retainData: false,
    exceptions: [],
  },
  {
    name: 'staging',
    natGateways: 'one',
    taskSize: 'declared',
    tasks: { minimum: 2 },
    executeCommand: true,
    approval: true,
    trafficShift: 'linear',
    scalingTrial: false,
    retainData: false,
    exceptions: [],
  },
  {
    name: 'prod',
    natGateways: 'one-per-zone',
    taskSize: 'declared',
    tasks: {},
    executeCommand: false,
    approval: true,
    trafficShift: 'linear',
    scalingTrial: false,
    retainData: true,
    exceptions: [],
  },
];

/**
 * The environments that the system is delivered to, with their accounts. Throws where configuration.json lacks one, has one
 * that is not declared here, or names no certificate.
 */
export function environmentsOf(
  configuration: Configuration,
  system: Pick<System, 'name' | 'region' | 'zones'>,
): Environment[] {
  const known = environments.map((e) => e.name);
  const unknown = Object.keys(configuration.environments).filter((name) => !known.includes(name));
  if (unknown.length) {
    throw new Error(
      `configuration.json has environments that stages/environments.ts does not declare: ${unknown.join(', ')}`,
    );
  }
  return environments.flatMap((e) => {
    const place = configuration.environments[e.name];
    if (!place)
      throw new Error(`configuration.json has no account for environment '${e.name}': add environments.${e.name}`);
    if (place.system && place.system !== system.name) return [];
    const { account, region = system.region, zones, testers } = place;
    return declareEnvironment({
      ...e,
      account,
      region,
      zones: zones.slice(0, system.zones),
      testers,
      certificate: certificateOf(e.name, region, place),
    });
  });
}

/** Where the pipeline and the image repositories are: by default in the region of the system that is delivered. */
export function toolingOf(
  { tooling }: Configuration,
  system: Pick<System, 'region'>,
): { account: string; region: string } {
  return { account: tooling.account, region: tooling.region ?? system.region };
}

/** A certificate that there is, in the environment's account and region, or one to be made in a hosted zone. */
function certificateOf(name: string, region: string, place: ConfiguredEnvironment): Environment['certificate'] {
  const { account, certificateArns, domainName, hostedZoneId } = place;
  const arn = certificateArns.find((a) => a.split(':')[3] === region && a.split(':')[4] === account);
  if (arn && hostedZoneId)
    throw new Error(
      `environments.${name} in configuration.json has a certificate and a hosted zone to make one in: keep either`,
    );
  if (arn) return { arn, domainName };
  if (domainName && hostedZoneId) return { domainName, hostedZoneId };
  throw new Error(
    `environments.${name} in configuration.json has no certificate for account ${account} in ${region}. Do one of these:\n` +
      `- add the ARN of one that ACM has there to environments.${name}.certificateArns\n` +
      `- set environments.${name}.domainName and hostedZoneId: the stage makes one, validated by DNS\n` +
      `- for trying things out: npm run certificate -- --self-signed --stage ${name}`,
  );
}
