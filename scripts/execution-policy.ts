// npm run execution-policy: what CloudFormation may do in an account, made from the templates that are deployed there.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { bootstrapRole } from '../declarations/bootstrap';
import { Refusal, type Work } from '../pipeline/programs/program';
import { type Configuration, readConfiguration } from '../stages/configuration';
import { refusePlaceholders, settingsFor } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions, wrongUsage } from './commands/options';
import { Account } from './execution-policy/account';
import { entriesIn } from './execution-policy/assembly';
import { compare } from './execution-policy/grants';
import { type Place, placesOf, type Policy } from './execution-policy/places';

const usage = `npm run execution-policy -- [options]

The policies of the role that CloudFormation deploys with, made from the synthesized templates: what these stacks need, and
nothing else. Writes them to execution-policies/<account>/, and prints how 'cdk bootstrap' gives them to the role.

  --account NAME   tooling, or an environment; may be repeated (default: all accounts of the system)
  --system NAME    of this system (default: the one in configuration.json)
  --assembly DIR   templates that are synthesized already, such as cdk.out (default: synthesizes)
  --apply          makes or renews the policies in the account
  --check          changes nothing: fails where the account's role lacks what the templates need, or has more than these policies
  --profile NAME   profile of AWS's configuration files with credentials of the account, for --apply and --check
  --help           show this`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const optional = {
  account: { type: 'string', multiple: true, default: [] as string[] },
  system: text,
  assembly: text,
  profile: text,
  apply: flag,
  check: flag,
} as const;

export const executionPolicy: Work = async ({ args, variables, directory, say }) => {
  const options = readOptions(args, optional, usage);
  if (options === 'help') return say(usage);
  const { account: asked, profile, apply, check } = options;
  if (apply && check) throw wrongUsage('--apply changes the policies, --check only looks: give one of them', usage);
  const configuration = readConfiguration();
  const entries = options.assembly
    ? entriesIn(resolve(directory, options.assembly))
    : synthesize(configuration, options.system);
  const places = known(() => placesOf(entries, asked));
  const problems: string[] = [];
  for (const place of places) {
    if (!apply && !check) write(place, directory, say);
    else {
      const account = await accountOf(place, { configuration, profile, variables });
      if (apply) await put(account, place, say);
      else problems.push(...(await look(account, place, say)));
    }
  }
  if (problems.length) throw new Refusal(problems.join('\n'));
};

/** The CDK is loaded only where it is needed: it takes seconds. */
function synthesize(configuration: Configuration, system = configuration.system) {
  const { synthesizedEntries } =
    require('./execution-policy/synthesized') as typeof import('./execution-policy/synthesized');
  return known(() => synthesizedEntries(configuration, system));
}

interface Access {
  configuration: Configuration;
  profile?: string;
  variables: NodeJS.ProcessEnv;
}

async function accountOf({ name, account, region }: Place, { configuration, profile, variables }: Access) {
  refusePlaceholders(configuration, [name], variables);
  const wanted = { what: name, account, region, profile, option: '--profile' };
  return new Account(new IAMClient(await settingsFor(wanted, variables)));
}

type Say = (line: string) => void;
const nameOf = ({ arn }: Policy) => arn.split('/').pop()!;

/** How bootstrapping takes them. */
const bootstrapping = ({ account, region, policies }: Place) =>
  `npx cdk bootstrap aws://${account}/${region} … --cloudformation-execution-policies ${policies.map(({ arn }) => arn).join(',')}`;

function write(place: Place, directory: string, say: Say): void {
  const folder = join(directory, 'execution-policies', place.name);
  mkdirSync(folder, { recursive: true });
  say(`${place.name}, with credentials of account ${place.account}:`);
  for (const policy of place.policies) {
    const file = join(folder, `${nameOf(policy)}.json`);
    writeFileSync(file, JSON.stringify(policy.document));
    const from = relative(directory, file);
    say(`  aws iam create-policy --policy-name ${nameOf(policy)} --policy-document file://${from}`);
  }
  say(`  ${bootstrapping(place)}`);
}

async function put(account: Account, place: Place, say: Say): Promise<void> {
  for (const policy of place.policies)
    say(`${place.name}: ${nameOf(policy)} ${await account.put(policy.arn, policy.document)}.`);
  const attached = await account.attached(roleOf(place));
  if (place.policies.some(({ arn }) => !attached?.includes(arn))) say(`  ${bootstrapping(place)}`);
}

/** What is not as it should be, in sentences. */
async function look(account: Account, place: Place, say: Say): Promise<string[]> {
  const attached = await account.attached(roleOf(place));
  if (!attached) return [`${place.name}: there is no role ${roleOf(place)}. Bootstrap the account first.`];
  const others = attached.filter((arn) => /^arn:[\w-]+:iam::aws:/.test(arn));
  if (others.length) {
    return [
      `${place.name}: ${roleOf(place)} may do more than the stacks need, by ${others.join(', ')}. ` +
        `Make the policies with --apply, then: ${bootstrapping(place)}`,
    ];
  }
  const found = await Promise.all(attached.map(async (arn) => ({ arn, document: await account.document(arn) })));
  const { lacking, needless } = compare(place.policies, found as Policy[]);
  if (lacking.length) {
    return [
      `${place.name}: ${roleOf(place)} lacks ${lacking.length} permissions that the templates need. ` +
        `Renew its policies before this commit is delivered: npm run execution-policy -- --account ${place.name} --apply`,
      ...lacking.slice(0, 10).map((grant) => `  ${grant}`),
    ];
  }
  const surplus = `; ${needless.length} permissions are needed no more: renew them once this commit is delivered`;
  say(`${place.name}: ${roleOf(place)} has what the templates need${needless.length ? surplus : ''}.`);
  return [];
}

/** The role that CloudFormation deploys with. */
const roleOf = (place: Place) => bootstrapRole('cfn-exec-role', place);

command(module, executionPolicy);
