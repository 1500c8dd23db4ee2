import type { aws_ec2 as ec2 } from 'aws-cdk-lib';

/** Third octet of a group's first subnet; the zones follow one by one. */
const firstOctet: Record<string, number> = { public: 0, private: 10 };

/** 10.0.0.0/16, with public /24 subnets from 10.0.0.0 and private ones from 10.0.10.0, whatever the number of zones. */
export const addressPlan: ec2.IIpAddresses = {
  allocateVpcCidr: () => ({ cidrBlock: '10.0.0.0/16' }),
  allocateSubnetsCidr: ({ requestedSubnets }) => {
    const next = { ...firstOctet };
    return {
      allocatedSubnets: requestedSubnets.map(({ configuration: { name } }) => ({ cidr: `10.0.${next[name]!++}.0/24` })),
    };
  },
};
