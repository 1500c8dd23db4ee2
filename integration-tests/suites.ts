import type { Suite } from './runner/run-checks';

/** The live checks, in the order in which they run: what others stand on comes first. */
export const suites: Suite[] = [
  { name: 'network', load: () => require('./network.test') },
  { name: 'cluster', load: () => require('./cluster.test') },
  { name: 'services', load: () => require('./services.test') },
  { name: 'load-balancer', load: () => require('./load-balancer.test') },
  { name: 'logs', load: () => require('./logs.test') },
  { name: 'protection', load: () => require('./protection.test') },
];
