import { App, Stack } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CodePipeline, ShellStep } from 'aws-cdk-lib/pipelines';
import { Source } from '../../pipeline/steps/source';
import { Watch } from '../../pipeline/steps/watch';
import { readConfiguration } from '../../stages/configuration';
import { environmentsOf } from '../../stages/environments';
import { paymentPlatform } from '../../stages/systems/payment-platform';

test('a watch step where its stack is not deployed is an error that names both', () => {
  const configuration = readConfiguration();
  const stack = new Stack(new App(), 'pipeline', { env: configuration.tooling });
  const source = new Source(configuration);
  const assembly = new ShellStep('Synth', { input: source, commands: ['true'], primaryOutputDirectory: 'cdk.out' });
  const pipeline = new CodePipeline(stack, 'Pipeline', {
    synth: assembly,
    codeBuildDefaults: { partialBuildSpec: BuildSpec.fromObject({ version: '0.2' }) },
  });
  const [environment] = environmentsOf(configuration);
  const watch = new Watch({
    target: { scope: stack, system: paymentPlatform, environment: environment!, assembly },
    role: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') }),
    service: 'payment-api',
    stackName: 'somewhere-else',
  });
  pipeline.addWave('Alone', { pre: [watch] });
  expect(() => pipeline.buildPipeline()).toThrow(
    "Stage 'Alone' does not deploy the stack 'somewhere-else': there is nothing to watch",
  );
});
