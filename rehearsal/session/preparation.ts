// What exists on real accounts before a pipeline's first execution, in the order in which people make it.
import { join } from 'node:path';
import { seedCertificate } from '../cloud/services/acm';
import type { Cloud } from '../cloud/state';
import { repositoriesOf } from '../runner/actions/connection-source';
import { pipelineNamed, type Pipeline } from '../runner/definition';
import type { Configuration } from './configuration';
import { installationOf, placesOf, type Installation, type Place } from './installation';
import { cdk, runNode, type Toolkit } from './toolkit';

/** The synthesized app, and where it goes. */
export interface Synthesized extends Installation {
  /** Folder of the assembly. */
  assembly: string;
}

/** Build and synthesis, as a person does them before the first deployment. */
export async function buildAndSynthesize(toolkit: Toolkit, system?: string): Promise<Synthesized> {
  const assembly = join(toolkit.cloud.directory, 'cdk.out');
  await runNode(toolkit, 'npm run build', ['--require', 'tsx/cjs', 'scripts/build.ts']);
  const context = system ? ['--context', `system=${system}`] : [];
  await cdk(toolkit, undefined, ['synth', '--quiet', '--output', assembly, ...context]);
  return { assembly, ...installationOf(assembly) };
}

/** The connection to the repository, and the certificates that the configuration names. */
export async function seed(
  cloud: Cloud,
  { connectionArn, repository, environments }: Configuration,
  { tooling }: Installation,
  remote: string,
): Promise<void> {
  repositoriesOf(cloud.environment(tooling.account, tooling.region), connectionArn).set(repository, remote);
  const certificates = Object.entries(environments).flatMap(([name, { certificateArns = [] }]) =>
    certificateArns.map((arn) => ({ arn, domain: `payments.${name}.example.com` })),
  );
  await Promise.all(
    certificates.map(({ arn, domain }) => {
      const [, , , region, account] = arn.split(':');
      return seedCertificate(cloud.environment(account!, region!), arn, domain);
    }),
  );
}

/** `cdk bootstrap` in each account, with the policies made for it; the stages' accounts trust the tooling account. */
export async function bootstrap(toolkit: Toolkit, installation: Synthesized): Promise<void> {
  const [tooling, ...stages] = placesOf(installation);
  const trust = ['--trust', tooling!.account, '--trust-for-lookup', tooling!.account];
  const policies = await executionPolicies(toolkit, installation.assembly);
  // Without --app the CLI would synthesize to learn the app's environments.
  const one = (place: Place, ...more: string[]) => {
    const url = `aws://${place.account}/${place.region}`;
    const execution = ['--cloudformation-execution-policies', policies.get(url)!];
    return cdk(toolkit, place, ['bootstrap', url, '--app', '', ...execution, ...more]);
  };
  await inPairs([() => one(tooling!), ...stages.map((place) => () => one(place, ...trust))]);
}

/** Makes the policies of CloudFormation's execution roles; returns those of each account and region, as bootstrapping takes them. */
async function executionPolicies(toolkit: Toolkit, assembly: string): Promise<Map<string, string>> {
  const command = ['--require', 'tsx/cjs', 'scripts/execution-policy.ts', '--apply', '--assembly', assembly];
  const environment = { AWS_ENDPOINT_URL: toolkit.cloud.endpoint };
  const said = await runNode(toolkit, 'npm run execution-policy', command, environment);
  const told = said.map((line) => /(aws:\/\/\S+) .*--cloudformation-execution-policies (\S+)/.exec(line));
  return new Map(told.flatMap((found) => (found ? [[found[1]!, found[2]!]] : [])));
}

/** Deploys the pipeline's stack, and finds the pipeline in it. */
export async function deployPipeline(toolkit: Toolkit, { tooling, assembly }: Synthesized): Promise<Pipeline> {
  await cdk(toolkit, tooling, ['deploy', '--require-approval', 'never', '--progress', 'events', '--app', assembly]);
  const env = toolkit.cloud.environment(tooling.account, tooling.region);
  const [found, ...more] = env.list('AWS::CodePipeline::Pipeline');
  if (!found || more.length) {
    throw new Error(`the deployed app has ${more.length ? 'several pipelines' : 'no pipeline'}: a rehearsal runs one`);
  }
  return pipelineNamed(env, found.id)!;
}

/** Two at a time: what the smallest machines have cores for. */
async function inPairs(runs: (() => Promise<unknown>)[]): Promise<void> {
  const waiting = [...runs];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all([lane(), lane()]);
}
