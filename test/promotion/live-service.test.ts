import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { findService, liveService } from '../../promotion/live-service';
import { mockCloud, work } from './support';

const service = { name: 'payment-api' };
let cloud: ReturnType<typeof mockCloud>;
beforeEach(() => (cloud = mockCloud()));
afterEach(() => cloud.restore());

test.each([
  ['was never there', {}],
  ['was deleted, which ECS tells for a while', { services: [{ status: 'INACTIVE' }, { status: 'DRAINING' }] }],
])('a service that %s is none', async (_, answer) => {
  cloud.ecs.on(DescribeServicesCommand).resolves(answer);
  expect(await findService(work(), service)).toBeUndefined();
  await expect(liveService(work(), service)).rejects.toThrow(
    'Cluster payment-cluster-dev has no service payment-api-dev: was its stack deployed?',
  );
});

test('a service is found in its cluster', async () => {
  const active = { status: 'ACTIVE', serviceName: 'payment-api-dev' };
  const request = { cluster: 'payment-cluster-dev', services: ['payment-api-dev'] };
  cloud.ecs.on(DescribeServicesCommand, request).resolves({ services: [{ status: 'INACTIVE' }, active] });
  expect(await findService(work(), service)).toEqual(active);
  expect(await liveService(work(), service)).toEqual(active);
});
