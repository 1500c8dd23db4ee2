import type * as scalingSdk from '@aws-sdk/client-application-auto-scaling';
import type * as ec2Sdk from '@aws-sdk/client-ec2';
import type * as balancingSdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as routeSdk from '@aws-sdk/client-route-53';
import type * as discoverySdk from '@aws-sdk/client-servicediscovery';
import type { Environment } from '../../state';
import { targetType } from '../../services/application-auto-scaling/scaled';
import type { Rules } from './rules';

export const ec2: Rules<typeof ec2Sdk> = {
  DescribeVpcAttribute: ({ VpcId }, env) => env.arn('ec2', `vpc/${VpcId}`),
};

export const elasticLoadBalancingV2: Rules<typeof balancingSdk> = {
  ModifyRule: ({ RuleArn }) => RuleArn!,
  ModifyListener: ({ ListenerArn }) => ListenerArn!,
  RegisterTargets: ({ TargetGroupArn }) => TargetGroupArn!,
  DeregisterTargets: ({ TargetGroupArn }) => TargetGroupArn!,
};

const zone = (id = '') => `arn:aws:route53:::hostedzone/${id.split('/').pop()}`;

export const route53: Rules<typeof routeSdk> = {
  GetHostedZone: ({ Id }) => zone(Id),
  ListResourceRecordSets: ({ HostedZoneId }) => zone(HostedZoneId),
  ChangeResourceRecordSets: ({ HostedZoneId }) => zone(HostedZoneId),
  GetChange: ({ Id = '' }) => `arn:aws:route53:::change/${Id.split('/').pop()}`,
};

const arnOf = (env: Environment, kind: string, id = '') =>
  id.startsWith('arn:') ? id : env.arn('servicediscovery', `${kind}/${id}`);
const discovered = ({ ServiceId }: { ServiceId?: string }, env: Environment) => arnOf(env, 'service', ServiceId);

export const serviceDiscovery: Rules<typeof discoverySdk> = {
  GetNamespace: ({ Id }, env) => arnOf(env, 'namespace', Id),
  GetService: ({ Id }, env) => arnOf(env, 'service', Id),
  ListInstances: discovered,
  GetInstancesHealthStatus: discovered,
  RegisterInstance: discovered,
  DeregisterInstance: discovered,
  DiscoverInstances: (_input, env) => [arnOf(env, 'namespace', '*'), arnOf(env, 'service', '*')],
};

/** Application Auto Scaling looks at the service, and asks whether the caller could scale it. */
export const applicationAutoScaling: Rules<typeof scalingSdk> = {
  RegisterScalableTarget: ({ ResourceId = '', ScalableDimension, ServiceNamespace }, env) => {
    const known = env.list(targetType).find(({ model }) => model.ResourceId === ResourceId)?.model.ScalableTargetARN;
    return [
      {
        resource: known ?? env.arn('application-autoscaling', 'scalable-target/*'),
        context: {
          'application-autoscaling:service-namespace': String(ServiceNamespace),
          'application-autoscaling:scalable-dimension': String(ScalableDimension),
        },
      },
      ...['DescribeServices', 'UpdateService'].map((action) => ({
        action: `ecs:${action}`,
        resource: env.arn('ecs', ResourceId),
        context: { 'ecs:cluster': env.arn('ecs', `cluster/${ResourceId.split('/')[1]}`) },
      })),
    ];
  },
};
