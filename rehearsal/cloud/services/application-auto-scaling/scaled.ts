import type { Environment, Resource } from '../../state';
import { AwsError } from '../../wire/service';
import { findService } from '../ecs';

export const targetType = 'AWS::ApplicationAutoScaling::ScalableTarget';
export const policyType = 'AWS::ApplicationAutoScaling::ScalingPolicy';

/** The service behind service/<cluster>/<name>. Throws ValidationException. */
export function scaledService(env: Environment, resourceId = '') {
  const [kind, cluster, name] = resourceId.split('/');
  const found = kind === 'service' ? findService(env, cluster, name) : undefined;
  if (found?.status === 'ACTIVE') return found;
  throw new AwsError('ValidationException', `ECS service doesn't exist: ${resourceId}`);
}

/** The target that a policy scales: its own, or the one that it names. */
export function targetOf(env: Environment, { model }: Pick<Resource, 'model'>): Resource | undefined {
  const named = env.get(targetType, model.ScalingTargetId);
  return named ?? env.list(targetType).find((t) => t.model.ResourceId === model.ResourceId);
}
