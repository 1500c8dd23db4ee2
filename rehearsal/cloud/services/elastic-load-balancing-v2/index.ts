// Elastic Load Balancing: what is declared, who is healthy, and where traffic goes. The servers are in runtime/load-balancer.ts.
import type { ServiceModule } from '../../module';
import { api } from './api';
import { resources } from './resources';

export type { AccessLogEntry } from '../../runtime/access-log';
export { accessLog, listenerAddress } from './load-balancers';
export { loadBalancerStates } from './state';
export { deregisterTarget, registerTarget, targetHealth, usersOf } from './targets';
export { forwardWeights, shiftTraffic } from './traffic';

export const elasticLoadBalancingV2: ServiceModule = { api, resources };
