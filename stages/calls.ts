import type { Environment } from '../declarations/environment';
import type { System } from '../declarations/system';

/**
 * Throws where a service calls one that CodeDeploy releases and the environment has no name for the load balancer: Cloud Map
 * answers with a held green too, so the call leads through the load balancer, and its certificate has to name it.
 */
export function refuseCallsWithoutName(system: System, { name, certificate }: Environment): void {
  if (certificate.domainName) return;
  const shifted = system.services.filter((s) => s.release === 'BLUE_GREEN').map((s) => s.name);
  for (const caller of system.services) {
    const called = caller.calls.find((c) => shifted.includes(c));
    if (called === undefined) continue;
    throw new Error(
      `'${caller.name}' of system '${system.name}' calls '${called}' through the load balancer, which has no name in '${name}': ` +
        `set environments.${name}.domainName in configuration.json`,
    );
  }
}
