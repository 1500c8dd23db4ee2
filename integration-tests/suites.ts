import type { Suite } from './runner/run-checks';

/** The live checks, in the order in which they run: what others stand on comes first, what changes something last. */
export const suites: Suite[] = [
  { name: 'network', load: () => require('./network.test') },
  { name: 'cluster', load: () => require('./cluster.test') },
  { name: 'services', load: () => require('./services.test') },
  { name: 'load-balancer', load: () => require('./load-balancer.test') },
  { name: 'logs', load: () => require('./logs.test') },
  { name: 'alarms', load: () => require('./alarms.test') },
  { name: 'registry', load: () => require('./registry.test') },
  { name: 'secrets', load: () => require('./secrets.test') },
  { name: 'database', load: () => require('./database.test') },
  { name: 'discovery', load: () => require('./discovery.test') },
  { name: 'release', load: () => require('./release.test') },
  { name: 'protection', load: () => require('./protection.test') },
  { name: 'scaling', load: () => require('./scaling.test') },
];
