import type { Fault } from '../fault';
import { changed } from '../seeds';

export const cluster: Fault[] = [
  {
    name: 'container-insights-off',
    fault: 'Container Insights is off',
    // UpdateClusterSettings
    seed: changed('AWS::ECS::Cluster', undefined, (model) => {
      model.ClusterSettings = [{ Name: 'containerInsights', Value: 'disabled' }];
    }),
    caughtBy: { suite: 'cluster', says: /payment-cluster-dev: Container Insights/ },
  },
];
