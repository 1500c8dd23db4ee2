import { environmentNames, resources, synthesize, type Resource } from './support';

const { templates } = synthesize();
const keys = ['CostCenter', 'Environment', 'ManagedBy', 'Name', 'Service', 'Team'];

/** Types that carry tags where anything does. */
const tagged =
  /^AWS::(EC2::(VPC|Subnet|EIP|NatGateway|SecurityGroup|RouteTable|InternetGateway)$|ECS::|ElasticLoadBalancingV2::|KMS::Key|S3::Bucket$|IAM::Role|Logs::|SNS::Topic$|Lambda::|CloudWatch::|CodeDeploy::)/;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}
const tagsOf = ({ Properties }: Resource) =>
  Object.fromEntries(((Properties.Tags ?? []) as unknown as Tag[]).map((t) => [t.Key, t.Value]));

describe.each(environmentNames)('tags in %s', (environment) => {
  const all = Object.entries(templates[environment]!).flatMap(([kind, template]) =>
    Object.entries(template.Resources).map(([id, resource]) => ({ kind, id, resource })),
  );

  test('everything that takes tags has all six', () => {
    const some = all.filter(({ resource }) => tagged.test(resource.Type));
    expect(some.length).toBeGreaterThan(50);
    for (const { kind, id, resource } of some)
      expect([kind, id, Object.keys(tagsOf(resource))]).toEqual([kind, id, expect.arrayContaining(keys)]);
  });

  test('the real environment, and the service where it is one', () => {
    for (const { kind, resource } of all.filter((a) => a.resource.Properties?.Tags)) {
      const shared = ['access', 'network', 'platform'].includes(kind);
      expect(tagsOf(resource)).toMatchObject({
        Environment: environment,
        Team: 'payments',
        CostCenter: 'engineering',
        ManagedBy: 'cdk',
        Service: shared ? 'payment-platform' : kind,
      });
    }
  });

  test('names tell what a resource is', () => {
    const names = (kind: string, type: string) =>
      resources(templates[environment]![kind]!, type).map(([, r]) => tagsOf(r).Name);
    expect(names('network', 'AWS::EC2::Subnet')).toContain(`payment-vpc-${environment}-private-b`);
    expect(names('platform', 'AWS::ECS::Cluster')).toEqual([`payment-cluster-${environment}`]);
    expect(names('payment-api', 'AWS::ECS::Service')).toEqual([`payment-api-${environment}`]);
  });
});
