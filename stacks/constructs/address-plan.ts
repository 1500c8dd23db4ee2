import type { aws_ec2 as ec2 } from 'aws-cdk-lib';

/** Third octet of a group's first subnet; the zones follow one by one. */
const firstOctet: Record<string, number> = { public: 0, private: 10, isolated: 20 };

/** 10.0.0.0/16, with /24 subnets: public from 10.0.0.0, private from 10.0.10.0, isolated from 10.0.20.0, whatever the number of zones. */
export const addressPlan: ec2.IIpAddresses = {
  allocateVpcCidr: () => ({ cidrBlock: '10.0.0.0/16' }),
  allocateSubnetsCidr: ({ requestedSubnets }) => {
    const next = { ...firstOctet };
    return {
      allocatedSubnets: requestedSubnets.map(({ configuration: { name } }) => ({ cidr: `10.0.${next[name]!++}.0/24` })),
    };
  },
};
