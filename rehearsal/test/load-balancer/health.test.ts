import { registerTarget, targetHealth } from '../../cloud/services/elastic-load-balancing-v2';
import { balancerForTest, cloudForTest, until } from './make';

jest.setTimeout(15_000);

describe('target health', () => {
  let test: ReturnType<typeof cloudForTest>;
  let balancer: Awaited<ReturnType<typeof balancerForTest>>;
  beforeEach(async () => {
    test = cloudForTest();
    balancer = await balancerForTest(test.env);
  });
  afterEach(() => test.end());

  const health = (arn: string) => targetHealth(test.env, arn)[0];

  it('goes from initial to healthy to unhealthy and back, with AWS’s reasons', async () => {
    let status = 200;
    await test.target('10.0.10.4', (_req, res) => void res.writeHead(status).end());
    registerTarget(test.env, balancer.blue.id, { id: '10.0.10.4', port: 8080 });
    expect(health(balancer.blue.id)).toMatchObject({ state: 'initial' });
    await until(() => health(balancer.blue.id)?.state === 'healthy');
    expect(health(balancer.blue.id)).not.toHaveProperty('reason');
    status = 500;
    await until(() => health(balancer.blue.id)?.state === 'unhealthy');
    expect(health(balancer.blue.id)).toMatchObject({
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [500]',
    });
    status = 200;
    await until(() => health(balancer.blue.id)?.state === 'healthy');
  });

  it('is unhealthy where nothing listens', async () => {
    registerTarget(test.env, balancer.blue.id, { id: '10.0.10.4', port: 8080 });
    await until(() => health(balancer.blue.id)?.state === 'unhealthy');
    expect(health(balancer.blue.id)).toMatchObject({ reason: 'Target.FailedHealthChecks' });
  });

  it('is unused while no load balancer forwards to the group', async () => {
    await test.target('10.0.10.4', (_req, res) => void res.end());
    registerTarget(test.env, balancer.green.id, { id: '10.0.10.4', port: 8080 });
    await until(() => health(balancer.green.id)?.state === 'unused');
    expect(health(balancer.green.id)).toMatchObject({ reason: 'Target.NotInUse' });
  });

  it('times out on a target that does not answer', async () => {
    const slow = await balancer.group('slow', { HealthCheckTimeoutSeconds: 1, UnhealthyThresholdCount: 1 });
    await balancer.on('ListenerRule', {
      ...balancer.ruleProperties,
      Priority: 20,
      Actions: [{ Type: 'forward', TargetGroupArn: slow.id }],
    });
    await test.target('10.0.10.4', () => {});
    registerTarget(test.env, slow.id, { id: '10.0.10.4', port: 8080 });
    await until(() => health(slow.id)?.state === 'unhealthy');
    expect(health(slow.id)).toMatchObject({ reason: 'Target.Timeout' });
  });
});
