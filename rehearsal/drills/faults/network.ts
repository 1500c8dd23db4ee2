import type { Fault } from '../fault';
import { added, groupFor, removed } from '../seeds';

export const network: Fault[] = [
  {
    name: 'security-group-opened',
    fault: "a service's security group admits the internet to its port",
    // AuthorizeSecurityGroupIngress
    seed: added('AWS::EC2::SecurityGroupIngress', (env) => ({
      GroupId: groupFor(env, /^payment-api-.*its own port inwards/).id,
      ...{ IpProtocol: 'tcp', FromPort: 8080, ToPort: 8080, CidrIp: '0.0.0.0/0' },
    })),
    caughtBy: { suite: 'network', says: /security group of payment-api-dev: ways inwards.*0\.0\.0\.0\/0/s },
  },
  {
    name: 'nat-route-removed',
    fault: 'a private subnet has lost its route to the NAT gateway',
    // DeleteRoute
    seed: removed('AWS::EC2::Route', ({ model }) => model.NatGatewayId !== undefined),
    caughtBy: { suite: 'network', says: /private subnets of payment-vpc-dev: default routes/ },
  },
  {
    name: 'endpoint-missing',
    fault: 'the endpoint for pulling images is gone',
    // DeleteVpcEndpoints
    seed: removed('AWS::EC2::VPCEndpoint', ({ model }) => String(model.ServiceName).endsWith('.ecr.dkr')),
    caughtBy: { suite: 'network', says: /endpoints of payment-vpc-dev/ },
  },
];
