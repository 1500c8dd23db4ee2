import { DescribeStacksCommand, GetStackPolicyCommand } from '@aws-sdk/client-cloudformation';
import { stackKinds } from '../declarations/effective';
import { about } from './support/about';
import { cli, cloudFormation, environment, names, system } from './support/stage';

interface Statement {
  Effect: string;
  Action: string[];
  Condition?: { StringEquals?: { ResourceType?: string[] } };
}

/** Some of the types that a policy has to name: data and traffic. */
const types = [
  'AWS::ECS::Service',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::KMS::Key',
  'AWS::RDS::DBCluster',
];
const stacks = stackKinds(system).map((kind) => names.stack(kind));

describe.each(stacks)('protection: %s', (StackName) => {
  it(`is ${environment.retainData ? '' : 'not '}protected against deletion`, async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const look = cli(`cloudformation describe-stacks --stack-name ${StackName}`);
    await about({ resource: `${StackName}: termination protection`, look }, () =>
      expect(Stacks?.[0]?.EnableTerminationProtection ?? false).toBe(environment.retainData),
    );
  });

  it(`${environment.retainData ? 'lets no update replace or delete' : 'has no policy on'} what it holds`, async () => {
    const { StackPolicyBody } = await cloudFormation.send(new GetStackPolicyCommand({ StackName }));
    const { Statement = [] } = JSON.parse(StackPolicyBody ?? '{}') as { Statement?: Statement[] };
    const denied = Statement.filter((s) => s.Effect === 'Deny').map((s) => ({
      actions: s.Action,
      types: types.filter((type) => s.Condition?.StringEquals?.ResourceType?.includes(type)),
    }));
    const look = cli(`cloudformation get-stack-policy --stack-name ${StackName}`);
    const expected = { actions: ['Update:Replace', 'Update:Delete'], types };
    await about({ resource: `${StackName}: what its stack policy denies`, look }, () =>
      expect(denied).toEqual(environment.retainData ? [expected] : []),
    );
  });
});
