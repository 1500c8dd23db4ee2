import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import { systems } from '../../stages/systems';
import { deliveryOf, inTemporaryFolder } from './deliveries';

// CDK's rule engine over every template. It fails on an error, and tells a warning on stderr. Run by itself: it takes ten times as long
// inside jest. With the argument 'wrong' it looks at a template that is.
inTemporaryFolder((folder) => {
  if (process.argv[2] === 'wrong') return wrong(folder).synth();
  for (const system of systems) deliveryOf(system, join(folder, system.name), true).app.synth();
});

function wrong(outdir: string): App {
  const app = new App({ outdir, context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': true } });
  const stack = new Stack(app, 'wrong', { env: { account: '999999999990', region: 'us-east-1' } });
  const properties = { VpcId: 'vpc-12345678', CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1a' };
  new CfnResource(stack, 'Subnet', { type: 'AWS::EC2::Subnet', properties });
  return app;
}
