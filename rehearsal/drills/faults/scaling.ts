import type { Fault } from '../fault';
import { removed } from '../seeds';

export const scaling: Fault[] = [
  {
    name: 'scaling-target-missing',
    fault: 'a service is no scalable target any more',
    // DeregisterScalableTarget
    seed: removed('AWS::ApplicationAutoScaling::ScalableTarget', ({ model }) =>
      String(model.ResourceId).includes('/fraud-detection-'),
    ),
    caughtBy: { suite: 'scaling', says: /scalable target service\/\S+\/fraud-detection-dev/ },
  },
];
