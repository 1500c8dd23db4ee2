import type { Fault } from '../fault';
import { added, groupFor } from '../seeds';

export const database: Fault[] = [
  {
    name: 'database-open',
    fault: 'the database admits the internet',
    // AuthorizeSecurityGroupIngress
    seed: added('AWS::EC2::SecurityGroupIngress', (env) => ({
      GroupId: groupFor(env, /PostgreSQL from the services/).id,
      ...{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIp: '0.0.0.0/0' },
    })),
    caughtBy: { suite: 'database', says: /security group \S+ of payment\S+: ways inwards.*0\.0\.0\.0\/0/s },
  },
];
