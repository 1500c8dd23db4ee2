import type { System } from '../../declarations/system';
import { ecsPayments } from './ecs-payments';
import { multiTier } from './multi-tier';
import { paymentPlatform } from './payment-platform';
import { paymentProcessor } from './payment-processor';

export const systems: System[] = [paymentPlatform, ecsPayments, paymentProcessor, multiTier];

/** The system of that name. Throws an error that lists the known ones. */
export function systemNamed(name: string): System {
  const found = systems.find((s) => s.name === name);
  if (found) return found;
  throw new Error(`There is no system '${name}'. Known systems: ${systems.map((s) => s.name).join(', ')}`);
}
