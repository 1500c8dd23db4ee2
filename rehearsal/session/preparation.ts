// What exists on real accounts before a pipeline's first execution, in the order in which people make it.
import { join } from 'node:path';
import { seedCertificate } from '../cloud/services/acm';
import type { Cloud } from '../cloud/state';
import { repositoriesOf } from '../runner/actions/connection-source';
import { pipelineNamed, type Pipeline } from '../runner/definition';
import { places, type Configuration } from './configuration';
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

/** `cdk bootstrap` in each account; the stages' accounts trust the tooling account. */
export async function bootstrap(toolkit: Toolkit, configuration: Configuration): Promise<void> {
  const [tooling, ...stages] = places(configuration);
  const trust = ['--trust', tooling!.account, '--trust-for-lookup', tooling!.account];
  const policies = ['--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  // By itself the CLI would synthesize the app to learn its environments.
  const at = ({ account, region }: { account: string; region: string }) => [
    'bootstrap',
    `aws://${account}/${region}`,
    '--app',
    '',
  ];
  const runs = [
    () => cdk(toolkit, tooling!, at(tooling!)),
    ...stages.map((place) => () => cdk(toolkit, place, [...at(place), ...trust, ...policies])),
  ];
  await inPairs(runs);
}

/** Builds, synthesizes and deploys the pipeline's stack, and finds the pipeline in it. */
export async function deployPipeline(
  toolkit: Toolkit,
  configuration: Configuration,
  system?: string,
): Promise<Pipeline> {
  const { cloud } = toolkit;
  const { tooling } = configuration;
  await runNode(toolkit, 'npm run build', ['--require', 'tsx/cjs', 'scripts/build.ts']);
  const context = system ? ['--context', `system=${system}`] : [];
  const output = join(cloud.directory, 'cdk.out');
  await cdk(toolkit, tooling, ['deploy', '--require-approval', 'never', '--output', output, ...context]);
  const env = cloud.environment(tooling.account, tooling.region);
  const [found, ...more] = env.list('AWS::CodePipeline::Pipeline');
  if (!found || more.length)
    throw new Error(`the deployed app has ${more.length ? 'several pipelines' : 'no pipeline'}: a rehearsal runs one`);
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
