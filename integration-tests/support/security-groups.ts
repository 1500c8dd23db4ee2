import { DescribeSecurityGroupsCommand, type IpPermission } from '@aws-sdk/client-ec2';
import { ec2, outputs } from './stage';

/** Ways through a security group, one a line and sorted: 'tcp 443 from 0.0.0.0/0', 'tcp 5432 from sg-…'. */
export async function waysInwards(groupId: string): Promise<string[]> {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }));
  return (SecurityGroups[0]?.IpPermissions ?? []).flatMap(waysOf).sort();
}

/** Id of the group of that name in the stage's VPC. Throws where there is not exactly one. */
export async function groupNamed(name: string): Promise<string> {
  const { VpcId } = await outputs.network();
  const Filters = [
    { Name: 'vpc-id', Values: [VpcId] },
    { Name: 'tag:Name', Values: [name] },
  ];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  if (SecurityGroups.length === 1) return SecurityGroups[0]!.GroupId!;
  throw new Error(`${SecurityGroups.length} security groups are named ${name} in ${VpcId}, and there should be one`);
}

export const wayFrom = (source: string, port: number): string => `tcp ${port} from ${source}`;

function waysOf(permission: IpPermission): string[] {
  const { IpProtocol: protocol, FromPort: first, ToPort: last } = permission;
  const ports = protocol === '-1' ? 'everything' : `${protocol} ${first === last ? first : `${first}-${last}`}`;
  return [
    ...(permission.IpRanges ?? []).map((r) => r.CidrIp),
    ...(permission.Ipv6Ranges ?? []).map((r) => r.CidrIpv6),
    ...(permission.PrefixListIds ?? []).map((r) => r.PrefixListId),
    ...(permission.UserIdGroupPairs ?? []).map((r) => r.GroupId),
  ].map((source) => `${ports} from ${source}`);
}
