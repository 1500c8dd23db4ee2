// What exists on real accounts before a pipeline's first execution, in the order in which people make it.
import { join } from 'node:path';
import { seedCertificate } from '../cloud/services/acm';
import type { Cloud } from '../cloud/state';
import { repositoriesOf } from '../runner/actions/connection-source';
import { pipelineNamed, type Pipeline } from '../runner/definition';
import { places, type Configuration, type Place } from './configuration';
import { cdk, runNode, type Toolkit } from './toolkit';

/** A certificate in each environment, and the connection to the repository. */
export async function seed(cloud: Cloud, configuration: Configuration, remote: string): Promise<void> {
  const { tooling, environments, connectionArn, repository } = configuration;
  repositoriesOf(cloud.environment(tooling.account, tooling.region), connectionArn).set(repository, remote);
  await Promise.all(
    Object.entries(environments).map(([name, { account, region, certificateArn }]) =>
      seedCertificate(cloud.environment(account, region), certificateArn, `payments.${name}.example.com`),
    ),
  );
}

/**
 * `cdk bootstrap` in each account, where the stages' accounts trust the tooling account; and beside it, build and synthesis.
 * Returns the folder of the assembly.
 */
export async function bootstrapAndSynthesize(
  toolkit: Toolkit,
  configuration: Configuration,
  system?: string,
): Promise<string> {
  const [tooling, ...stages] = places(configuration);
  const trust = ['--trust', tooling!.account, '--trust-for-lookup', tooling!.account];
  const policies = ['--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  const assembly = join(toolkit.cloud.directory, 'cdk.out');
  const synthesize = async () => {
    await runNode(toolkit, 'npm run build', ['--require', 'tsx/cjs', 'scripts/build.ts']);
    const context = system ? ['--context', `system=${system}`] : [];
    await cdk(toolkit, tooling!, ['synth', '--quiet', '--output', assembly, ...context]);
  };
  // Without --app the CLI would synthesize to learn the app's environments.
  const bootstrap = (place: Place, ...more: string[]) =>
    cdk(toolkit, place, ['bootstrap', `aws://${place.account}/${place.region}`, '--app', '', ...more]);
  await inPairs([
    synthesize,
    () => bootstrap(tooling!),
    ...stages.map((place) => () => bootstrap(place, ...trust, ...policies)),
  ]);
  return assembly;
}

/** Deploys the pipeline's stack, and finds the pipeline in it. */
export async function deployPipeline(
  toolkit: Toolkit,
  { tooling }: Configuration,
  assembly: string,
): Promise<Pipeline> {
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
