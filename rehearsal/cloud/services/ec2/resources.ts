import type { ResourceType } from '../../module';
import { endpointType } from './endpoints';
import { refusal } from './failures';
import { flowLogType } from './flow-logs';

const of = (prefix: string): ResourceType => ({ prefix });

/** What the specification does not tell of EC2's resource types. */
export const resources: Record<string, ResourceType> = {
  'AWS::EC2::VPC': {
    prefix: 'vpc',
    attributes: ({ hex }) => ({
      DefaultSecurityGroup: `sg-${hex(17, 'sg')}`,
      DefaultNetworkAcl: `acl-${hex(17, 'acl')}`,
      Ipv6CidrBlocks: [],
    }),
  },
  'AWS::EC2::Subnet': {
    prefix: 'subnet',
    attributes: ({ hex }) => ({ NetworkAclAssociationId: `aclassoc-${hex(17)}`, Ipv6CidrBlocks: [] }),
    created(resource, env) {
      const { VpcId, CidrBlock } = resource.model;
      if (!env.get('AWS::EC2::VPC', VpcId))
        throw refusal('InvalidVpcID.NotFound', `The vpc ID '${VpcId}' does not exist`);
      const others = env.list(resource.type).filter((r) => r.id !== resource.id && r.model.VpcId === VpcId);
      if (others.some((r) => overlap(r.model.CidrBlock, CidrBlock)))
        throw refusal('InvalidSubnet.Conflict', `The CIDR '${CidrBlock}' conflicts with another subnet`);
    },
  },
  'AWS::EC2::InternetGateway': of('igw'),
  'AWS::EC2::RouteTable': of('rtb'),
  'AWS::EC2::NatGateway': of('nat'),
  'AWS::EC2::VPCEndpoint': endpointType,
  'AWS::EC2::FlowLog': flowLogType,
  'AWS::EC2::SubnetRouteTableAssociation': of('rtbassoc'),
  'AWS::EC2::NetworkAcl': of('acl'),
  'AWS::EC2::SecurityGroupIngress': of('sgr'),
  'AWS::EC2::SecurityGroupEgress': of('sgr'),
  'AWS::EC2::SecurityGroup': {
    name: 'GroupName',
    prefix: 'sg',
    attributes: ({ hex }) => ({ GroupId: `sg-${hex(17)}` }),
    created(resource, env) {
      const { GroupName, VpcId } = resource.model;
      const same = (r: typeof resource) => r.model.GroupName === GroupName && r.model.VpcId === VpcId;
      if (env.list(resource.type).some((r) => r.id !== resource.id && same(r)))
        throw refusal('InvalidGroup.Duplicate', `The security group '${GroupName}' already exists for VPC '${VpcId}'`);
    },
  },
  'AWS::EC2::EIP': {
    attributes: ({ hex }) => ({
      PublicIp: [52, ...Buffer.from(hex(6), 'hex')].join('.'),
      AllocationId: `eipalloc-${hex(17)}`,
    }),
  },
  'AWS::EC2::Route': {
    attributes: ({ properties: p }) => ({
      CidrBlock: p.DestinationCidrBlock ?? p.DestinationIpv6CidrBlock ?? p.DestinationPrefixListId,
    }),
  },
  'AWS::EC2::VPCGatewayAttachment': {
    attributes: ({ properties: p }) => ({ AttachmentType: p.InternetGatewayId ? 'IGW' : 'VGW' }),
  },
};

/** First and last address of a CIDR block, as numbers. */
export function range(cidr: string): [number, number] {
  const [base = '', length = '32'] = cidr.split('/');
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(length)) - 1];
}
function overlap(a: string, b: string): boolean {
  const [[firstA, lastA], [firstB, lastB]] = [range(a), range(b)];
  return firstA <= lastB && firstB <= lastA;
}
