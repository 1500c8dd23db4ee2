import { App, Stack, Stage } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CodePipeline, ShellStep } from 'aws-cdk-lib/pipelines';
import { EvidenceBucket } from '../../pipeline/evidence-bucket';
import { Source } from '../../pipeline/steps/source';
import { Watch } from '../../pipeline/steps/watch';
import { readConfiguration } from '../../stages/configuration';
import { environmentsOf, toolingOf } from '../../stages/environments';
import { paymentPlatform } from '../../stages/systems/payment-platform';
import { quickContext } from '../../scripts/quick-context';
import { temporaryFolder } from './temporary-folder';

const configuration = readConfiguration();
const system = { ...paymentPlatform, services: paymentPlatform.services.slice(0, 2) };
const [environment] = environmentsOf(configuration, system);

function emptyPipeline() {
  const stack = new Stack(new App({ outdir: temporaryFolder(), context: quickContext }), 'pipeline', {
    env: toolingOf(configuration, system),
  });
  const source = new Source(configuration);
  const assembly = new ShellStep('Synth', { input: source, commands: ['true'], primaryOutputDirectory: 'cdk.out' });
  const pipeline = new CodePipeline(stack, 'Pipeline', {
    synth: assembly,
    crossAccountKeys: true,
    codeBuildDefaults: { partialBuildSpec: BuildSpec.fromObject({ version: '0.2' }) },
  });
  const evidence = new EvidenceBucket(stack, 'Evidence');
  return { stack, pipeline, watch: new Watch({ scope: stack, system, environment: environment!, assembly, evidence }) };
}

test('a watch step where a stack of a service is not deployed is an error that names both', () => {
  const { pipeline, watch } = emptyPipeline();
  pipeline.addWave('Alone', { pre: [watch] });
  expect(() => pipeline.buildPipeline()).toThrow(
    "Stage 'Alone' does not deploy the stack 'payment-payment-api-dev': there is nothing to watch",
  );
});

test('services that deploy one after the other are an error that tells the order and what to do', () => {
  const { stack, pipeline, watch } = emptyPipeline();
  const stage = new Stage(stack, 'dev', { env: { account: '222222222222', region: 'us-east-1' } });
  const [first, second] = ['payment-payment-api-dev', 'payment-fraud-detection-dev'].map((stackName) => {
    const service = new Stack(stage, stackName, { stackName });
    new Topic(service, 'Something');
    return service;
  });
  second!.addStackDependency(first!);
  pipeline.addStage(stage, { post: [watch] });
  expect(() => pipeline.buildPipeline()).toThrow(
    "Stage 'dev' deploys its services one after the other (payment-payment-api-dev at 2, payment-fraud-detection-dev at 4), " +
      'and one action watches them all. Let no service stack depend on another, and each on the same shared stacks.',
  );
});
