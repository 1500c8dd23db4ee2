import type { TrafficRoutingConfig } from '@aws-sdk/client-codedeploy';
import type { Environment, Values } from '../../state';
import { AwsError } from '../../wire/service';

const linear = (linearPercentage: number, linearInterval: number): TrafficRoutingConfig => ({
  type: 'TimeBasedLinear',
  timeBasedLinear: { linearPercentage, linearInterval },
});
const canary = (canaryPercentage: number, canaryInterval: number): TrafficRoutingConfig => ({
  type: 'TimeBasedCanary',
  timeBasedCanary: { canaryPercentage, canaryInterval },
});

/** AWS's own configurations for ECS. Source: AWS CodeDeploy User Guide, "Working with deployment configurations". */
const predefined: Record<string, TrafficRoutingConfig> = {
  'CodeDeployDefault.ECSAllAtOnce': { type: 'AllAtOnce' },
  'CodeDeployDefault.ECSLinear10PercentEvery1Minutes': linear(10, 1),
  'CodeDeployDefault.ECSLinear10PercentEvery3Minutes': linear(10, 3),
  'CodeDeployDefault.ECSCanary10Percent5Minutes': canary(10, 5),
  'CodeDeployDefault.ECSCanary10Percent15Minutes': canary(10, 15),
};

/** How a configuration shifts traffic. Throws DeploymentConfigDoesNotExistException. */
export function trafficRouting(env: Environment, name: string): TrafficRoutingConfig {
  if (predefined[name]) return predefined[name];
  const own = env.list('AWS::CodeDeploy::DeploymentConfig').find((r) => r.model.DeploymentConfigName === name)?.model;
  const routing: Values | undefined = own?.TrafficRoutingConfig;
  if (!routing) {
    throw new AwsError('DeploymentConfigDoesNotExistException', `No Deployment Configuration found for name: ${name}`);
  }
  const { TimeBasedLinear: l, TimeBasedCanary: c } = routing;
  if (l) return linear(Number(l.LinearPercentage), Number(l.LinearInterval));
  return c ? canary(Number(c.CanaryPercentage), Number(c.CanaryInterval)) : { type: 'AllAtOnce' };
}

export interface Shift {
  /** Per cent of the traffic that reaches green after this shift. */
  greenPercent: number;
  /** Minutes until the next one. */
  thenWait: number;
}

/** The steps in which traffic moves: the first at once, the last to 100. */
export function shifts({ timeBasedLinear: l, timeBasedCanary: c }: TrafficRoutingConfig): Shift[] {
  if (c) {
    return [
      { greenPercent: c.canaryPercentage!, thenWait: c.canaryInterval! },
      { greenPercent: 100, thenWait: 0 },
    ];
  }
  if (!l) return [{ greenPercent: 100, thenWait: 0 }];
  const steps = Math.ceil(100 / l.linearPercentage!);
  return Array.from({ length: steps }, (_, i) => ({
    greenPercent: Math.min(100, (i + 1) * l.linearPercentage!),
    thenWait: i + 1 < steps ? l.linearInterval! : 0,
  }));
}
