import type { IpPermission, SecurityGroup, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { hash } from '../../hash';
import type { Environment, Resource, Values } from '../../state';
import { AwsError } from '../../wire/service';

const everything: Values = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

interface Rule extends Values {
  id: string;
}

/** Rules of a group: its own, and those that stand as resources of their own. */
function rulesOf(env: Environment, group: Resource, egress: boolean): Rule[] {
  const kind = egress ? 'SecurityGroupEgress' : 'SecurityGroupIngress';
  const inline: Values[] = group.model[kind] ?? [];
  const apart = env.list(`AWS::EC2::${kind}`).filter((r) => r.model.GroupId === group.id);
  const rules: Rule[] = [
    ...inline.map((rule) => ({ ...rule, id: `sgr-${hash(group.id + egress + JSON.stringify(rule), 17)}` })),
    ...apart.map((r) => ({ ...r.model, id: r.id })),
  ];
  // EC2 lets a new group talk to everyone; CloudFormation takes that away as soon as a template gives an egress rule.
  if (egress && !rules.length) rules.push({ ...everything, id: `sgr-${hash(group.id, 17)}` });
  return rules;
}

const number = (value: unknown) => (value === undefined ? undefined : Number(value));
const protocol = (rule: Rule) => String(rule.IpProtocol);

function permissions(env: Environment, rules: Rule[]): IpPermission[] {
  const merged = new Map<string, IpPermission>();
  for (const rule of rules) {
    const [FromPort, ToPort] = protocol(rule) === '-1' ? [] : [number(rule.FromPort), number(rule.ToPort)];
    const key = [protocol(rule), FromPort, ToPort].join();
    const into = merged.get(key) ?? {
      ...{ IpProtocol: protocol(rule), FromPort, ToPort },
      ...{ IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] },
    };
    merged.set(key, into);
    const { Description } = rule;
    const group = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
    const prefixList = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
    if (rule.CidrIp) into.IpRanges!.push({ CidrIp: rule.CidrIp, Description });
    if (rule.CidrIpv6) into.Ipv6Ranges!.push({ CidrIpv6: rule.CidrIpv6, Description });
    if (prefixList) into.PrefixListIds!.push({ PrefixListId: prefixList, Description });
    if (group) into.UserIdGroupPairs!.push({ GroupId: group, UserId: env.account, Description });
  }
  return [...merged.values()];
}

/** The security groups of templates, and the default one of each VPC. */
export function securityGroups(env: Environment): SecurityGroup[] {
  return allGroups(env).map((group) => ({
    GroupId: group.id,
    GroupName: group.model.GroupName,
    Description: group.model.GroupDescription,
    VpcId: group.model.VpcId,
    OwnerId: env.account,
    SecurityGroupArn: env.arn('ec2', `security-group/${group.id}`),
    IpPermissions: permissions(env, rulesOf(env, group, false)),
    IpPermissionsEgress: permissions(env, rulesOf(env, group, true)),
    Tags: group.model.Tags ?? [],
  }));
}

export function securityGroupRules(env: Environment): SecurityGroupRule[] {
  return allGroups(env).flatMap((group) =>
    [false, true].flatMap((IsEgress) =>
      rulesOf(env, group, IsEgress).map((rule) => {
        const other = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
        return {
          SecurityGroupRuleId: rule.id,
          SecurityGroupRuleArn: env.arn('ec2', `security-group-rule/${rule.id}`),
          GroupId: group.id,
          GroupOwnerId: env.account,
          IsEgress,
          IpProtocol: protocol(rule),
          FromPort: number(rule.FromPort) ?? -1,
          ToPort: number(rule.ToPort) ?? -1,
          CidrIpv4: rule.CidrIp,
          CidrIpv6: rule.CidrIpv6,
          PrefixListId: rule.SourcePrefixListId ?? rule.DestinationPrefixListId,
          ReferencedGroupInfo: other && { GroupId: other, UserId: env.account },
          Description: rule.Description,
          Tags: [],
        };
      }),
    ),
  );
}

function allGroups(env: Environment): Resource[] {
  const defaults = env.list('AWS::EC2::VPC').map((vpc): Resource => {
    const id: string = vpc.model.DefaultSecurityGroup;
    const model = {
      ...{ GroupName: 'default', GroupDescription: 'default VPC security group', VpcId: vpc.id },
      SecurityGroupIngress: [{ IpProtocol: '-1', SourceSecurityGroupId: id }],
    };
    return { type: 'AWS::EC2::SecurityGroup', id, seed: id, properties: model, model };
  });
  return [...env.list('AWS::EC2::SecurityGroup'), ...defaults];
}

/** Somebody opens a group by hand: its rules are then more than its template's. Throws where a rule is there already. */
export function openGroup(env: Environment, groupId: string | undefined, permissions: IpPermission[] = []): void {
  const group = groupOf(env, groupId);
  const known = (group.model.SecurityGroupIngress ?? []) as Values[];
  const rules = permissions.flatMap(rulesFrom);
  const twice = rules.find((rule) => known.some((other) => sameRule(rule, other)));
  if (twice) {
    const text = `the specified rule "peer: ${twice.CidrIp ?? twice.SourceSecurityGroupId}, from port: ${twice.FromPort}, to port: ${twice.ToPort}, ALLOW" already exists`;
    throw new AwsError('InvalidPermission.Duplicate', text);
  }
  // The properties stay what the template says.
  group.model.SecurityGroupIngress = [...known, ...rules];
}

/** Somebody closes a group by hand. Throws where there is no such rule of its own. */
export function closeGroup(env: Environment, groupId: string | undefined, permissions: IpPermission[] = []): void {
  const group = groupOf(env, groupId);
  const known = (group.model.SecurityGroupIngress ?? []) as Values[];
  const rules = permissions.flatMap(rulesFrom);
  if (rules.some((rule) => !known.some((other) => sameRule(rule, other)))) {
    throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  }
  group.model.SecurityGroupIngress = known.filter((other) => !rules.some((rule) => sameRule(rule, other)));
}

function groupOf(env: Environment, groupId = ''): Resource {
  const found = env.get('AWS::EC2::SecurityGroup', groupId);
  if (found) return found;
  throw new AwsError('InvalidGroup.NotFound', `The security group '${groupId}' does not exist`);
}

const rulesFrom = ({ IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [] }: IpPermission): Values[] => [
  ...IpRanges.map(({ CidrIp, Description }) => ({ IpProtocol, FromPort, ToPort, CidrIp, Description })),
  ...UserIdGroupPairs.map(({ GroupId: SourceSecurityGroupId, Description }) => ({
    ...{ IpProtocol, FromPort, ToPort, SourceSecurityGroupId, Description },
  })),
];

const sameRule = (a: Values, b: Values): boolean =>
  ['IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'SourceSecurityGroupId'].every(
    (key) => String(a[key]) === String(b[key]),
  );
