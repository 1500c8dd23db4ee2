// A task's network interface, as EC2 tells it.
import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { hash } from '../../hash';
import type { Environment } from '../../state';
import type { EcsTask } from './state';

export const networkInterfaceId = (task: Pick<EcsTask, 'arn'>) => `eni-${hash(task.arn, 17)}`;
const interfaces = (env: Environment) => env.shelf<NetworkInterface>('ec2 network interfaces');

/** The task has its address now. */
export function attachInterface(env: Environment, task: EcsTask): void {
  const NetworkInterfaceId = networkInterfaceId(task);
  interfaces(env).set(NetworkInterfaceId, {
    NetworkInterfaceId,
    Description: task.arn.replace(/^.*:task\//, `arn:aws:ecs:${env.region}:${env.account}:attachment/`),
    InterfaceType: 'interface',
    RequesterManaged: true,
    SubnetId: task.subnetId,
    VpcId: task.vpcId,
    AvailabilityZone: task.zone,
    PrivateIpAddress: task.ip,
    Groups: (task.workload.network.securityGroups ?? []).map((GroupId) => ({
      GroupId,
      GroupName: env.get('AWS::EC2::SecurityGroup', GroupId)?.model.GroupName,
    })),
    Status: 'in-use',
    OwnerId: env.account,
    TagSet: [],
  });
}

/** The task's address is given back. */
export const detachInterface = (env: Environment, task: EcsTask) =>
  void interfaces(env).delete(networkInterfaceId(task));
