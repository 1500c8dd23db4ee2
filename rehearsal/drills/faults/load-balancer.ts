import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Fault, Seed } from '../fault';
import { added, admin, groupFor, find } from '../seeds';

const listener = 'AWS::ElasticLoadBalancingV2::Listener';

const weakPolicy: Seed = async ({ env }) => {
  const { id: ListenerArn, model } = find(env, listener, (r) => Number(r.model.Port) === 443);
  const before: string = model.SslPolicy;
  const set = (SslPolicy: string) =>
    admin(env, ElasticLoadBalancingV2Client).send(new ModifyListenerCommand({ ListenerArn, SslPolicy }));
  await set('ELBSecurityPolicy-2016-08');
  return async () => void (await set(before));
};

/**
 * Registers a held task a second time, with a port at which it does not listen. Its health check passes all the same, since it asks
 * the service's own port.
 */
const wrongPort: Seed = async ({ name, env }) => {
  const balancing = admin(env, ElasticLoadBalancingV2Client);
  const names = { cluster: find(env, 'AWS::ECS::Cluster').id, services: [`payment-api-${name}`] };
  const { services } = await admin(env, ECSClient).send(new DescribeServicesCommand(names));
  const held = services![0]!.taskSets!.find((t) => t.status !== 'PRIMARY')!;
  const { targetGroupArn: TargetGroupArn } = held.loadBalancers![0]!;
  const { TargetHealthDescriptions } = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  const wrong = { TargetGroupArn, Targets: [{ Id: TargetHealthDescriptions![0]!.Target!.Id, Port: 9999 }] };
  await balancing.send(new RegisterTargetsCommand(wrong));
  return async () => void (await balancing.send(new DeregisterTargetsCommand(wrong)));
};

export const loadBalancer: Fault[] = [
  {
    name: 'wrong-port',
    fault: 'the target group of what is held sends to a port at which nobody listens',
    seed: wrongPort,
    seededAt: 'live-checks',
    caughtBy: { suite: 'load-balancer', says: /targets of payment-api's held task set.*9999/s },
  },
  {
    name: 'tls-policy-weakened',
    fault: 'the production listener speaks TLS 1.0',
    seed: weakPolicy,
    caughtBy: { suite: 'load-balancer', says: /listener 443 of payment-alb-dev: TLS policy.*2016-08/s },
  },
  {
    name: 'test-listener-open',
    fault: 'the test listener is open to all',
    // AuthorizeSecurityGroupIngress
    seed: added('AWS::EC2::SecurityGroupIngress', (env) => ({
      GroupId: groupFor(env, /HTTPS from anywhere/).id,
      ...{ IpProtocol: 'tcp', FromPort: 9443, ToPort: 9443, CidrIp: '0.0.0.0/0' },
    })),
    caughtBy: {
      suite: 'load-balancer',
      says: /security group of payment-alb-dev: ways inwards.*tcp 9443 from 0\.0\.0\.0\/0/s,
    },
  },
];
