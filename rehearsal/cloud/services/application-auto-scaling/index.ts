// Application Auto Scaling for ECS services: ranges of the desired count, and policies whose alarms move it within them.
import * as sdk from '@aws-sdk/client-application-auto-scaling';
import { serviceError } from '../../cloudformation/handler-error';
import { environmentOf } from '../../identity';
import type { ResourceType, ServiceModule } from '../../module';
import type { Environment, Resource, Values } from '../../state';
import { AwsError, service, type Context } from '../../wire/service';
import { apiShape } from '../ecs/shapes';
import { updateService } from '../ecs';
import { activities } from './activities';
import { alarmsOf, makeAlarms, removeAlarms } from './policy-alarms';
import { policyType, scaledService, targetType } from './scaled';
import './scaling';

const created = (env: Environment) => env.shelf<Date>('application-auto-scaling/created');
const roleArn = (env: Environment) =>
  `arn:aws:iam::${env.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`;

/** A desired count outside the range moves to its nearest end at once. */
function keepInRange(env: Environment, { ResourceId, MinCapacity, MaxCapacity }: Values): void {
  const found = scaledService(env, ResourceId);
  const desiredCount = Math.min(Math.max(found.desiredCount, Number(MinCapacity)), Number(MaxCapacity));
  if (Number(MinCapacity) > Number(MaxCapacity)) {
    throw new AwsError('ValidationException', 'Minimum capacity cannot be greater than maximum capacity');
  }
  if (desiredCount !== found.desiredCount) updateService(env, found, { service: found.arn, desiredCount });
}

const scale = (resource: Resource, env: Environment) => {
  try {
    keepInRange(env, resource.model);
  } catch (error: any) {
    throw serviceError('ApplicationAutoScaling', 'RegisterScalableTarget', error.code, error.message);
  }
};

const target: ResourceType = {
  created(resource, env) {
    created(env).set(resource.id, env.cloud.clock.now());
    scale(resource, env);
  },
  updated: (resource, _before, env) => scale(resource, env),
};

const policy: ResourceType = {
  name: 'PolicyName',
  attributes: ({ env, properties, hex, arn }) => {
    const found = env.get(targetType, properties.ScalingTargetId)?.model ?? properties;
    const where = `resource/${found.ServiceNamespace}/${found.ResourceId}`;
    return { Arn: arn('autoscaling', `scalingPolicy:${hex(32)}:${where}:policyName/${properties.PolicyName}`) };
  },
  created(resource, env) {
    created(env).set(resource.id, env.cloud.clock.now());
    makeAlarms(env, resource);
  },
  updated(resource, before, env) {
    removeAlarms(env, before);
    makeAlarms(env, resource);
  },
  deleted: (resource, env) => removeAlarms(env, resource),
};

export const applicationAutoScaling: ServiceModule = {
  resources: { [targetType]: target, [policyType]: policy },
  api: (cloud) => {
    const of = (context: Context) => environmentOf(cloud, context);
    return service(sdk)({
      RegisterScalableTarget: (input, context) => {
        const env = of(context);
        const { ResourceId, ScalableDimension, ServiceNamespace, MinCapacity, MaxCapacity, SuspendedState } = input;
        const found = targets(env).find((r) => r.model.ResourceId === ResourceId);
        if (!found && (MinCapacity === undefined || MaxCapacity === undefined)) {
          throw new AwsError('ValidationException', 'Min and max capacity are required to register a scalable target');
        }
        const id = found?.id ?? [ResourceId, ScalableDimension, ServiceNamespace].join('|');
        const asked = { ResourceId, ScalableDimension, ServiceNamespace, MinCapacity, MaxCapacity, SuspendedState };
        const given = Object.fromEntries(Object.entries(asked).filter(([, v]) => v !== undefined));
        const model = { ...found?.model, ...given };
        keepInRange(env, model);
        if (!found) created(env).set(id, env.cloud.clock.now());
        env.put({ type: targetType, id, seed: found?.seed ?? id, properties: found?.properties ?? given, model });
        return { ScalableTargetARN: targetArn(env, id) };
      },
      DescribeScalableTargets: (input, context) => {
        const env = of(context);
        const found = targets(env).filter(
          ({ model: m }) =>
            m.ServiceNamespace === input.ServiceNamespace &&
            (!input.ResourceIds?.length || input.ResourceIds.includes(m.ResourceId)) &&
            (!input.ScalableDimension || input.ScalableDimension === m.ScalableDimension),
        );
        return { ScalableTargets: found.map((r) => describeTarget(env, r)) };
      },
      DescribeScalingPolicies: (input, context) => {
        const env = of(context);
        const found = env
          .list(policyType)
          .map((r) => describePolicy(env, r))
          .filter((p) => !input.ResourceId || p.ResourceId === input.ResourceId)
          .filter((p) => !input.PolicyNames?.length || input.PolicyNames.includes(p.PolicyName!));
        return { ScalingPolicies: found };
      },
      DescribeScalingActivities: (input, context) => ({
        ScalingActivities: activities(of(context)).filter(
          (a) =>
            a.ServiceNamespace === input.ServiceNamespace &&
            (!input.ResourceId || a.ResourceId === input.ResourceId) &&
            (input.IncludeNotScaledActivities || !a.NotScaledReasons),
        ),
      }),
    });
  },
};

const targets = (env: Environment) => env.list(targetType);
const targetArn = (env: Environment, id: string) =>
  env.arn('application-autoscaling', `scalable-target/${Buffer.from(id).toString('hex').slice(0, 32)}`);

function describeTarget(env: Environment, { id, model: m }: Resource): sdk.ScalableTarget {
  return {
    ServiceNamespace: m.ServiceNamespace,
    ResourceId: m.ResourceId,
    ScalableDimension: m.ScalableDimension,
    MinCapacity: Number(m.MinCapacity),
    MaxCapacity: Number(m.MaxCapacity),
    RoleARN: m.RoleARN ?? roleArn(env),
    CreationTime: created(env).get(id)!,
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
      ...m.SuspendedState,
    },
    ScalableTargetARN: targetArn(env, id),
  };
}

function describePolicy(env: Environment, { id, model: m }: Resource): sdk.ScalingPolicy {
  const found = env.get(targetType, m.ScalingTargetId)?.model ?? m;
  return {
    PolicyARN: m.Arn,
    PolicyName: m.PolicyName,
    PolicyType: m.PolicyType,
    ServiceNamespace: found.ServiceNamespace,
    ResourceId: found.ResourceId,
    ScalableDimension: found.ScalableDimension,
    TargetTrackingScalingPolicyConfiguration: tracking(m.TargetTrackingScalingPolicyConfiguration),
    StepScalingPolicyConfiguration: m.StepScalingPolicyConfiguration,
    Alarms: alarmsOf(env, m),
    CreationTime: created(env).get(id)!,
  };
}

/** Numbers as numbers; the API spells this structure as CloudFormation does. */
function tracking(c: Values | undefined): sdk.TargetTrackingScalingPolicyConfiguration | undefined {
  if (!c) return undefined;
  const number = (v: unknown) => (v === undefined ? undefined : Number(v));
  return {
    ...c,
    TargetValue: Number(c.TargetValue),
    ScaleInCooldown: number(c.ScaleInCooldown),
    ScaleOutCooldown: number(c.ScaleOutCooldown),
    DisableScaleIn: apiShape(c.DisableScaleIn ?? false),
  };
}
