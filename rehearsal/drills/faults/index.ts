import type { Fault } from '../fault';
import { alarms } from './alarms';
import { cluster } from './cluster';
import { database } from './database';
import { discovery } from './discovery';
import { loadBalancer } from './load-balancer';
import { logs } from './logs';
import { network } from './network';
import { protection } from './protection';
import { registry } from './registry';
import { release } from './release';
import { scaling } from './scaling';
import { secrets } from './secrets';
import { services } from './services';
import { supplyChain } from './supply-chain';

/** Every fault that one stage runs into, in the order of the checks. */
export const faults: Fault[] = [
  ...[network, cluster, services, loadBalancer, logs, scaling, alarms].flat(),
  ...[supplyChain, registry, secrets, database, discovery, release, protection].flat(),
];
