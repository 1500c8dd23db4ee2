import { stackKinds } from '../../declarations/effective';
import { evidencePrefix } from '../../declarations/evidence';
import { Names } from '../../declarations/names';
import type { Environment } from '../../declarations/environment';
import { toolingOf } from '../../stages/environments';
import { configuration } from '../stacks/support';
import type { Delivery } from '../templates/deliveries';
import type { Finding } from './findings';

/** A finding as suppressions name it: the same for one declared resource in each environment and system. */
export interface Normalized {
  readonly resource: string;
  readonly rule: string;
}

/**
 * Puts placeholders for what differs between environments and systems: {stage}, {stack}, {service} and so on. They stand for the names of the finding's own environment and, where it belongs to one, its own service. So
 * a role of one environment that is allowed something in another is a finding of its own.
 */
export function normalized({ path, rule }: Finding, delivery: Delivery): Normalized {
  const words = path.split('/').slice(1).join('/');
  const environment = delivery.environments.find(({ name }) => new RegExp(`\\b${name}\\b`).test(words));
  const replacements = [...literals(delivery, environment, words)].sort(([a], [b]) => b.length - a.length);
  const known = new Map(replacements);
  const any = new RegExp(
    `(?<![\\w-])(?:${replacements.map(([text]) => text.replace(/[.$]/g, '\\$&')).join('|')})(?![\\w]|-\\w)`,
    'g',
  );
  const put = (text: string) =>
    text
      .replace(any, (found) => known.get(found)!)
      .replace(new RegExp(`^(Role-.+)-${environment?.name}/`), '$1-{stage}/')
      .replace(/Subnet\d/, 'Subnet{zone}');
  return { resource: put(words), rule: put(rule) };
}

function literals(
  { system, environments }: Delivery,
  environment: Environment | undefined,
  path: string,
): [text: string, placeholder: string][] {
  const { account, region } = environment ?? toolingOf(configuration, system);
  const before = environment && environments[environments.indexOf(environment) - 1];
  const tooling = toolingOf(configuration, system);
  const always: [string, string][] = [
    [region, '{region}'],
    [account, '{account}'],
    [tooling.account, '{tooling}'],
    [`${system.prefix}-delivery`, '{pipeline}'],
  ];
  if (!environment) return always;
  const names = new Names(system, environment);
  const own = system.services.filter((s) => new RegExp(`(^|/)${s.name}(/|$)`).test(path));
  const services = own.length ? own : system.services;
  return [
    ...always.filter(([text]) => text !== tooling.account),
    [environment.name, '{stage}'],
    [names.cluster, '{cluster}'],
    [names.flowLogGroup, '{flow logs}'],
    [names.database, '{database}'],
    [names.parameters.slice(1), '{parameters}'],
    [`/${evidencePrefix(system.name, environment.name).slice(0, -1)}`, '/{evidence}'],
    ...(before
      ? [[`/${evidencePrefix(system.name, before.name).slice(0, -1)}`, '/{evidence before}'] as [string, string]]
      : []),
    ...stackKinds(system).flatMap((kind): [string, string][] => [
      [names.stack(kind), '{stack}'],
      [`Role-guard-${names.stack(kind)}`, 'Role-guard-{stack}'],
    ]),
    ...services.flatMap((service): [string, string][] => [
      [service.name, '{service}'],
      [names.service(service), '{service}-{stage}'],
      [names.logGroup(service), '{logs}'],
    ]),
    // Last: a service of the system's own name has the application's.
    ...(own.length ? [] : [[names.codeDeployApplication, '{application}'] as [string, string]]),
  ];
}
