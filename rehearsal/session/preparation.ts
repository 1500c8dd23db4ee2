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

/** `cdk bootstrap` in each account; the stages' accounts trust the tooling account. */
export async function bootstrap(toolkit: Toolkit, installation: Installation): Promise<void> {
  const [tooling, ...stages] = placesOf(installation);
  const trust = ['--trust', tooling!.account, '--trust-for-lookup', tooling!.account];
  const policies = ['--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  // Without --app the CLI would synthesize to learn the app's environments.
  const one = (place: Place, ...more: string[]) =>
    cdk(toolkit, place, ['bootstrap', `aws://${place.account}/${place.region}`, '--app', '', ...more]);
  await inPairs([() => one(tooling!), ...stages.map((place) => () => one(place, ...trust, ...policies))]);
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
