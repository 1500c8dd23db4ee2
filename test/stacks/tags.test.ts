import { systems } from '../../stages/systems';
import { environmentNames, resources, synthesized, type Resource } from './support';

const keys = ['CostCenter', 'Environment', 'ManagedBy', 'Name', 'Service', 'Team'];

/** Types that carry tags where anything does. */
const tagged =
  /^AWS::(EC2::(VPC|Subnet|EIP|NatGateway|SecurityGroup|RouteTable|InternetGateway|VPCEndpoint|FlowLog)$|ECS::|ElasticLoadBalancingV2::|RDS::DB|SecretsManager::Secret$|SSM::Parameter$|ServiceDiscovery::|KMS::Key|S3::Bucket$|IAM::Role|Logs::|SNS::Topic$|Lambda::|CloudWatch::|CodeDeploy::)/;

interface Tag {
  readonly Key: string;
  readonly Value: string;
}
/** Most types have a list of tags, and a few an object. */
const tagsOf = ({ Properties }: Resource): Record<string, unknown> => {
  const tags: unknown = Properties.Tags ?? [];
  return Array.isArray(tags)
    ? Object.fromEntries((tags as Tag[]).map((t) => [t.Key, t.Value]))
    : (tags as Record<string, string>);
};

/** Tags that only one system has. */
const ofSystem: Record<string, Record<string, string>> = {
  'payment-processor': { compliance: 'pci-dss', backup: 'required', project: 'payment-processor-migration' },
};

describe.each(systems.flatMap((system) => environmentNames.map((environment) => ({ system, environment }))))(
  'tags of $system.name in $environment',
  ({ system, environment }) => {
    const templates = synthesized(system.name).templates[environment]!;
    const all = Object.entries(templates).flatMap(([kind, template]) =>
      Object.entries(template.Resources).map(([id, resource]) => ({ kind, id, resource })),
    );

    test('everything that takes tags has all six', () => {
      const some = all.filter(({ resource }) => tagged.test(resource.Type));
      expect(some.length).toBeGreaterThan(50);
      for (const { kind, id, resource } of some)
        expect([kind, id, Object.keys(tagsOf(resource))]).toEqual([kind, id, expect.arrayContaining(keys)]);
    });

    test("the real environment, the service where it is one, and the system's own", () => {
      const services = system.services.map((s) => s.name);
      for (const { kind, resource } of all.filter((a) => a.resource.Properties?.Tags)) {
        expect(tagsOf(resource)).toMatchObject({
          Environment: environment,
          Team: 'payments',
          CostCenter: 'engineering',
          ManagedBy: 'cdk',
          Service: services.includes(kind) ? kind : system.name,
          ...ofSystem[system.name],
        });
      }
    });

    test('names tell what a resource is', () => {
      const names = (kind: string, type: string) => resources(templates[kind]!, type).map(([, r]) => tagsOf(r).Name);
      expect(names('network', 'AWS::EC2::Subnet')).toContain(`${system.prefix}-vpc-${environment}-private-b`);
      expect(names('platform', 'AWS::ECS::Cluster')).toEqual([`${system.prefix}-cluster-${environment}`]);
      const { name } = system.services[0]!;
      expect(names(name, 'AWS::ECS::Service')).toEqual([`${name}-${environment}`]);
    });
  },
);
