import type { System } from '../../declarations/system';
import { paymentPlatform } from './payment-platform';

const systems: System[] = [paymentPlatform];

/** The system of that name. Throws an error that lists the known ones. */
export function systemNamed(name: string): System {
  const found = systems.find((s) => s.name === name);
  if (found) return found;
  throw new Error(`There is no system '${name}'. Known systems: ${systems.map((s) => s.name).join(', ')}`);
}
