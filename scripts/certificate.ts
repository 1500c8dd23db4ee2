// npm run certificate: a certificate for trying things out, because CloudFormation cannot import one into ACM.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACMClient } from '@aws-sdk/client-acm';
import { domainName } from '../declarations/environment';
import { Refusal, type Work, WrongUsage } from '../pipeline/programs/program';
import { type ConfiguredEnvironment, readConfiguration } from '../stages/configuration';
import { systemNamed } from '../stages/systems';
import { withCertificate } from './certificate/configuration-file';
import { importCertificate } from './certificate/import';
import { selfSigned } from './certificate/self-signed';
import { refusePlaceholders, settingsFor } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions, wrongUsage } from './commands/options';

const usage = `npm run certificate -- --self-signed --stage NAME [options]

Makes a self-signed certificate, imports it into ACM in the environment's account and region, and enters its ARN into
configuration.json. Its key is never written to disk. No client trusts it: for trying things out.

  --self-signed    make one
  --stage NAME     for this environment
  --domain NAME    name that it is for (default: the environment's domainName, else payments.<stage>.internal)
  --system NAME    system whose region counts (default: the one in configuration.json)
  --profile NAME   profile of AWS's configuration files with credentials of the environment's account
  --help           show this`;

const ways = (stage: string) =>
  `Which certificate? There are three ways:
- one that ACM has already in the environment's account and region: add its ARN to environments.${stage}.certificateArns in configuration.json
- one that the stage makes and ACM renews: set environments.${stage}.domainName and hostedZoneId in configuration.json
- for trying things out: npm run certificate -- --self-signed --stage ${stage}`;

const text = { type: 'string' } as const;
const optional = {
  'self-signed': { type: 'boolean' },
  stage: text,
  domain: text,
  system: text,
  profile: text,
} as const;

export const certificate: Work = async ({ args, variables, directory, say }) => {
  const options = readOptions(args, optional, usage);
  if (options === 'help') return say(usage);
  const { stage, profile } = options;
  if (!options['self-signed']) throw new WrongUsage(ways(stage ?? 'dev'));
  if (!stage) throw wrongUsage('Which environment? Give --stage', usage);

  const file = join(directory, 'configuration.json');
  const content = readFileSync(file, 'utf8');
  const configuration = readConfiguration(JSON.parse(content));
  const place = known(() => placeOf(configuration.environments, stage));
  const system = known(() => systemNamed(options.system ?? place.system ?? configuration.system));
  const { account, region = system.region } = place;
  const domain = options.domain ?? place.domainName ?? `payments.${stage}.internal`;
  checkDomain(domain);
  if (place.hostedZoneId) throw new Refusal(inHostedZone(stage));
  refusePlaceholders(configuration, [stage], variables);
  const wanted = { what: stage, account, region, profile, option: '--profile' };
  const settings = await settingsFor(wanted, variables);

  const arn = await importCertificate(new ACMClient(settings), await selfSigned(domain), {
    Environment: stage,
    Team: 'payments',
    CostCenter: 'engineering',
    Service: system.name,
    Name: domain,
    ManagedBy: 'npm run certificate',
  });
  const written = withCertificate(content, stage, arn);
  writeFileSync(file, written.text);
  say(
    `Imported a self-signed certificate for ${domain} into ACM of ${stage}: account ${account}, ${region}, valid for a year.`,
  );
  say(`configuration.json: environments.${stage}.certificateArns has ${arn} now. Commit it to deliver with it.`);
  if (written.replaced) say(`It stands where ${written.replaced} stood, which ACM keeps until somebody deletes it.`);
  say('ACM does not renew it, and clients do not trust it: do not take payments with it.');
};

function placeOf(environments: Record<string, ConfiguredEnvironment>, stage: string): ConfiguredEnvironment {
  const found = environments[stage];
  if (found) return found;
  throw new Error(`There is no environment '${stage}'. In configuration.json: ${Object.keys(environments).join(', ')}`);
}

function checkDomain(domain: string): void {
  const checked = domainName.safeParse(domain);
  if (!checked.success) throw new WrongUsage(`--domain ${domain}: ${checked.error.issues[0]!.message}`);
}

const inHostedZone = (stage: string) =>
  `environments.${stage} has a hostedZoneId: its stage makes a certificate for domainName itself, which clients trust and ACM renews. ` +
  `An imported one beside it would be refused at synthesis. Remove hostedZoneId from configuration.json first if that is what you want.`;

command(module, certificate);
