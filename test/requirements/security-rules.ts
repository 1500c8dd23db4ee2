import type { Found } from './stage';

type Properties = Record<string, unknown>;
export const ofType = (resources: readonly Found[], type: string) => resources.filter((r) => r.Type === type);

/** Kinds of rules of security groups: each rule is of the first one that it fits. */
const kinds: [string, (rule: { From: string; To: string; Port: unknown }) => boolean][] = [
  ['tests', ({ Port, To }) => Port === 9443 && To === 'LoadBalancer'],
  ['from anywhere', ({ From }) => /^(0\.0\.0\.0|::)\/0$/.test(From)],
  ['from the load balancer', ({ From }) => From === 'LoadBalancer'],
  ['to the database', ({ To }) => To === 'Database'],
  ['to endpoints', ({ To }) => To === 'Endpoints'],
  ['to anywhere', ({ To }) => To === '0.0.0.0/0'],
  ['between services', () => true],
];

/** A rule of a security group, as 'LoadBalancer → paymentapi tcp 8080, inwards'. */
function rule(group: string, way: 'Ingress' | 'Egress', properties: Properties): Properties {
  const { IpProtocol, FromPort, ToPort, CidrIp, CidrIpv6, SourceSecurityGroupId, DestinationSecurityGroupId } =
    properties;
  const other = nameOf(String(CidrIp ?? CidrIpv6 ?? SourceSecurityGroupId ?? DestinationSecurityGroupId));
  const [From, To] = way === 'Ingress' ? [other, nameOf(group)] : [nameOf(group), other];
  const Port = FromPort === ToPort ? FromPort : `${String(FromPort)}-${String(ToPort)}`;
  const [Kind] = kinds.find(([, fits]) => fits({ From, To, Port }))!;
  const Text = `${From} → ${To} ${String(IpProtocol)} ${String(Port)}, ${way === 'Ingress' ? 'inwards' : 'outwards'}`;
  return { Kind, Text, SinglePort: typeof Port === 'number' };
}
/** 'network.GroupsDatabase.GroupId' is the group Database. */
const nameOf = (group: string) => group.replace(/^network\./, '').replace(/^Groups|\.GroupId$/g, '');

/** View::Rule for each rule, in a group or beside it. */
export function securityRules(resources: readonly Found[]): Found[] {
  return (['Ingress', 'Egress'] as const).flatMap((way) => {
    const inGroups = ofType(resources, 'AWS::EC2::SecurityGroup').flatMap(({ id, Properties }) =>
      ((Properties[`SecurityGroup${way}`] ?? []) as Properties[]).map((r) => rule(`network.${id}`, way, r)),
    );
    const beside = ofType(resources, `AWS::EC2::SecurityGroup${way}`).map(({ Properties }) =>
      rule(String(Properties.GroupId), way, Properties),
    );
    return (
      [...inGroups, ...beside]
        // CDK's rule that nothing matches stands for none.
        .filter(({ Text }) => !String(Text).includes('255.255.255.255/32'))
        .map((Properties) => ({ Type: 'View::Rule', id: String(Properties.Text), Properties }))
    );
  });
}
