import type { Fault } from '../fault';
import { changed, inTooling } from '../seeds';

export const registry: Fault[] = [
  {
    name: 'repository-mutable',
    fault: "a repository's tags can be moved to other images",
    // PutImageTagMutability
    seed: inTooling(
      changed(
        'AWS::ECR::Repository',
        ({ id }) => id === 'payment-api',
        (model) => {
          model.ImageTagMutability = 'MUTABLE';
        },
      ),
    ),
    caughtBy: { suite: 'registry', says: /repository payment-api.*"tags":"MUTABLE"/s },
  },
];
