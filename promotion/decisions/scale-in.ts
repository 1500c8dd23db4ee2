import type { RegisterScalableTargetCommandInput, ScalableTarget } from '@aws-sdk/client-application-auto-scaling';

/** What is scaled: the number of a service's tasks. */
export const scaled = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;

/**
 * What to ask so that a target's scaling in is suspended or not; undefined where it is so already, or nothing scales.
 * Range and other suspensions stay: what RegisterScalableTarget is not given, it does not change.
 */
export function suspension(
  target: ScalableTarget | undefined,
  suspended: boolean,
): RegisterScalableTargetCommandInput | undefined {
  if (!target || Boolean(target.SuspendedState?.DynamicScalingInSuspended) === suspended) return undefined;
  const SuspendedState = { ...target.SuspendedState, DynamicScalingInSuspended: suspended };
  return { ...scaled, ResourceId: target.ResourceId, SuspendedState };
}
