import { hash, letters } from '../hash';
import type { Making, ResourceType } from '../module';
import type { Environment, Resource, Values } from '../state';
import { generatedName, nameProperty, type Naming } from './naming';
import { identifiers, specOf } from './spec';

/**
 * A resource as CloudFormation would return it. Everything follows from its properties and its seed, so an update computes it
 * again; `current` keeps what was generated. The type's own entry wins over the general rules.
 */
export function describe(
  type: string,
  properties: Values,
  seed: string,
  naming: Naming,
  env: Environment,
  current?: Resource,
): Resource {
  const own = env.cloud.resourceTypes.get(type) ?? {};
  const model: Values = { ...properties };
  const named = nameProperty(type, own);
  if (named) model[named] ??= current?.model[named] ?? generatedName(own, naming, seed);
  if (current) for (const id of identifiers(type)) model[id] ??= current.model[id];
  const making: Making = {
    env,
    properties,
    seed,
    model,
    hex: (length, salt = '') => hash(seed + salt, length),
    arn: (service, rest) => env.arn(service, rest),
  };
  Object.assign(model, own.attributes?.(making));
  addAttributes(type, own, named, naming, making);
  const id = identifiers(type).map((name) => model[name] ?? generatedName({}, naming, seed));
  return { type, id: id.join('|'), seed, properties, model };
}

/** Attributes by what their names and types suggest. ARNs come last, since their templates mention the others. */
function addAttributes(
  type: string,
  own: ResourceType,
  named: string | undefined,
  naming: Naming,
  making: Making,
): void {
  const { model, seed } = making;
  const spec = specOf(type);
  const isArn = (name: string) => /arn$/i.test(name);
  const open = Object.entries(spec?.attributes ?? {}).filter(([name]) => !(name in model));
  open.sort(([a], [b]) => Number(isArn(a)) - Number(isArn(b)));
  for (const [name, { type: kind }] of open) {
    if (name === 'Name' && named) model[name] = model[named];
    else if (/id$/i.test(name)) model[name] = own.prefix ? `${own.prefix}-${hash(seed, 17)}` : shortId(naming, seed);
    else if (isArn(name)) model[name] = arnFrom(spec?.arnTemplate, named, making) ?? generalArn(type, named, making);
    else if (kind.type === 'array') model[name] = [];
    else if (kind.type === 'integer' || kind.type === 'number') model[name] = 0;
    else if (kind.type === 'boolean') model[name] = false;
    else model[name] = `${name}-${hash(seed + name, 8)}`;
  }
}

const shortId = ({ stackName, logicalId }: Naming, seed: string) =>
  `${stackName.slice(0, 5)}-${logicalId.slice(0, 5)}-${letters(seed, 12)}`;

function generalArn(type: string, named: string | undefined, { arn, model, seed }: Making): string {
  const [, service = '', short = ''] = type.toLowerCase().split('::');
  return arn(service, `${short}/${(named && model[named]) ?? hash(seed, 12)}`);
}

/** By the specification's template, if that mentions what tells two resources of the type apart: some mention a mere dimension. */
function arnFrom(template: string | undefined, named: string | undefined, { env, model }: Making): string | undefined {
  const tellsApart = template && (/Id\}/.test(template) || (named && template.includes(`{${named}`)));
  if (!tellsApart) return undefined;
  const known: Values = { Partition: 'aws', Region: env.region, Account: env.account, ...model };
  const text = template.replace(/\$\{(\w+)\}/g, (all, name) => known[name] ?? (name.endsWith('Id') && known.Id) ?? all);
  return text.includes('${') ? undefined : text;
}
