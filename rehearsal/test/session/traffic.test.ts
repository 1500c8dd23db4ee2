import {
  deregisterTarget,
  elasticLoadBalancingV2,
  registerTarget,
} from '../../cloud/services/elastic-load-balancing-v2';
import { Traffic } from '../../session/traffic';
import { balancerForTest, cloudForTest, until } from '../load-balancer/make';

jest.setTimeout(15_000);

let here: ReturnType<typeof cloudForTest>;
let traffic: Traffic;
beforeEach(() => {
  here = cloudForTest();
  traffic = new Traffic('dev', here.env);
});
afterEach(async () => {
  await traffic.end();
  await here.end();
});

async function serving() {
  const balancer = await balancerForTest(here.env);
  await here.target('10.0.10.4', (_req, res) => {
    res.setHeader('x-service-version', 'v1');
    res.end();
  });
  const target = { id: '10.0.10.4', port: 8080 };
  registerTarget(here.env, balancer.blue.id, target);
  await until(() => traffic.result.requests > 20);
  return { ...balancer, stop: () => deregisterTarget(here.env, balancer.blue.id, target) };
}
/** As its stack's deletion does. */
async function destroyed({ listener }: Awaited<ReturnType<typeof serving>>) {
  await elasticLoadBalancingV2.resources![listener.type]!.deleted?.(listener, here.env);
  here.env.remove(listener);
}

test('a load balancer without targets fails requests, for as long as it exists', async () => {
  const balancer = await serving();
  expect(traffic.result.failures).toBe(0);
  await balancer.stop();
  await until(() => traffic.result.failures > 20);
  expect(traffic.result.firstFailures[0]!.what).toMatch(/503/);
});

test('a service that comes later is asked, too; while it is only starting it fails nothing beside one that answers; once it has answered it has to', async () => {
  const balancer = await serving();
  const starting = await balancer.group('later-tg-dev-blue');
  await balancer.on('ListenerRule', {
    ListenerArn: balancer.listener.id,
    Priority: 5,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/api/later/*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: starting.id }],
  });
  // It is registered, and nobody listens there yet: the load balancer has no other target to send to.
  const target = { id: '10.0.10.5', port: 8080 };
  registerTarget(here.env, starting.id, target);
  const before = traffic.result.requests;
  await until(() => traffic.result.requests > before + 40);
  expect(traffic.result.failures).toBe(0);
  await here.target('10.0.10.5', (_req, res) => {
    res.setHeader('x-service-version', 'v2');
    res.end();
  });
  await until(() => (traffic.result.versions.v2 ?? 0) > 5);
  expect(traffic.result.failures).toBe(0);
  await deregisterTarget(here.env, starting.id, target);
  await until(() => traffic.result.failures > 5);
});

test('what failed while its stage was destroyed is no fault, and nobody is asked any more', async () => {
  const balancer = await serving();
  await balancer.stop();
  await until(() => traffic.result.failures > 5);
  await destroyed(balancer);
  await until(() => traffic.result.url === '');
  const { failures, firstFailures, requests, versions } = traffic.result;
  expect({ failures, firstFailures }).toEqual({ failures: 0, firstFailures: [] });
  expect(requests).toBe(versions.v1);
  await new Promise((done) => setTimeout(done, 200));
  expect(traffic.result.requests).toBe(requests);
});
