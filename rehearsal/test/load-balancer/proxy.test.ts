import { gunzipSync } from 'node:zlib';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect } from 'node:tls';
import {
  accessLog,
  deregisterTarget,
  elasticLoadBalancingV2,
  forwardWeights,
  listenerAddress,
  registerTarget,
  shiftTraffic,
  targetHealth,
} from '../../cloud/services/elastic-load-balancing-v2';
import { ask, balancerForTest, change, cloudForTest, keepAlive, until } from './make';

jest.setTimeout(15_000);

describe('a load balancer', () => {
  let test: ReturnType<typeof cloudForTest>;
  let balancer: Awaited<ReturnType<typeof balancerForTest>>;
  let address: string;
  beforeEach(async () => {
    test = cloudForTest();
    balancer = await balancerForTest(test.env, { 'routing.http.drop_invalid_header_fields.enabled': 'true' });
    address = listenerAddress(test.env, balancer.listener.id)!;
  });
  afterEach(() => test.end());

  const healthy = (arn: string) => until(() => targetHealth(test.env, arn).every((t) => t.state === 'healthy'));
  async function answering(arn: string, ip: string, body: string) {
    await test.target(ip, (req, res) => {
      req.resume();
      req.on('end', () => res.end(body));
    });
    registerTarget(test.env, arn, { id: ip, port: 8080 });
  }

  it('answers by rule: the default action, no target, then the target', async () => {
    expect(await ask(address, '/else')).toMatchObject({ status: 404, body: 'nothing here' });
    expect((await ask(address, '/api/x')).status).toBe(503);
    await answering(balancer.blue.id, '10.0.10.4', 'blue');
    await healthy(balancer.blue.id);
    expect(await ask(address, '/api/x')).toMatchObject({ status: 200, body: 'blue' });
  });

  it('tells the target who asked, streams bodies, and drops invalid header names', async () => {
    let seen: Record<string, unknown> = {};
    await test.target('10.0.10.4', (req, res) => {
      if (req.url === '/health') return void res.end();
      seen = req.headers;
      res.writeHead(201, { 'x-service-version': 'v1' });
      req.pipe(res);
    });
    registerTarget(test.env, balancer.blue.id, { id: '10.0.10.4', port: 8080 });
    await healthy(balancer.blue.id);
    const big = 'x'.repeat(300_000);
    const answer = await ask(address, '/api/x?a=1', {
      method: 'POST',
      body: big,
      headers: { bad_name: '1', host: 'payments.test' },
    });
    expect(answer).toMatchObject({ status: 201, body: big, headers: { 'x-service-version': 'v1' } });
    expect(seen).toMatchObject({
      host: 'payments.test',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    });
    expect(seen).not.toHaveProperty('bad_name');
    expect(String(seen['x-amzn-trace-id'])).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it('speaks TLS 1.2 and newer only', async () => {
    const port = Number(new URL(address).port);
    const protocol = (maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
      new Promise((done) => {
        const socket = connect(
          {
            port,
            host: '127.0.0.1',
            minVersion: 'TLSv1',
            maxVersion,
            rejectUnauthorized: false,
            ciphers: 'DEFAULT@SECLEVEL=0',
          },
          () => {
            done(socket.getProtocol());
            socket.destroy();
          },
        );
        socket.on('error', () => done('refused'));
      });
    expect(await protocol('TLSv1.1')).toBe('refused');
    expect(await protocol('TLSv1.2')).toBe('TLSv1.2');
  });

  it('ends connections whose handshake is under way when its listener is deleted', async () => {
    const socket = connectPlain(Number(new URL(address).port), '127.0.0.1');
    const closed = new Promise((done) => socket.once('close', done));
    await new Promise((done) => socket.once('connect', done));
    await elasticLoadBalancingV2.resources![balancer.listener.type]!.deleted?.(balancer.listener, test.env);
    await closed;
    await expect(ask(address, '/else')).rejects.toThrow('ECONNREFUSED');
  });

  it('splits by weight, and leaves both groups on the rule', async () => {
    await answering(balancer.blue.id, '10.0.10.4', 'blue');
    await answering(balancer.green.id, '10.0.10.5', 'green');
    await healthy(balancer.blue.id);
    shiftTraffic(test.env, balancer.listener.id, {
      blueTargetGroupArn: balancer.blue.id,
      greenTargetGroupArn: balancer.green.id,
      greenPercent: 10,
    });
    await until(() => targetHealth(test.env, balancer.green.id)[0]?.state === 'healthy');
    const bodies = await Promise.all(Array.from({ length: 50 }, () => ask(address, '/api/x').then((a) => a.body)));
    expect(bodies.filter((b) => b === 'green')).toHaveLength(5);
    expect(forwardWeights(test.env, balancer.listener.id)).toEqual([
      { ruleArn: balancer.rule.id, weights: { [balancer.blue.id]: 90, [balancer.green.id]: 10 } },
    ]);
  });

  it('goes back to the template when the template touches the rule (aws/aws-cdk#36649)', async () => {
    shiftTraffic(test.env, balancer.listener.id, {
      blueTargetGroupArn: balancer.blue.id,
      greenTargetGroupArn: balancer.green.id,
      greenPercent: 100,
    });
    await change(test.env, elasticLoadBalancingV2, balancer.rule, { ...balancer.ruleProperties, Priority: 11 });
    expect(forwardWeights(test.env, balancer.listener.id)[0]!.weights).toEqual({ [balancer.blue.id]: 1 });
  });

  it('loses no request while traffic shifts and blue drains, on keep-alive connections', async () => {
    for (const ip of ['10.0.10.4', '10.0.10.5']) await answering(balancer.blue.id, ip, 'blue');
    for (const ip of ['10.0.11.4', '10.0.11.5']) await answering(balancer.green.id, ip, 'green');
    await healthy(balancer.blue.id);
    const counts: Record<string, number> = {};
    const agents = Array.from({ length: 4 }, keepAlive);
    let running = true;
    const clients = agents.map(async (agent, i) => {
      while (running) {
        const options = i % 2 ? { agent } : { agent, method: 'POST', body: '{"amount":1}' };
        const key = await ask(address, '/api/x', options).then(
          (a) => `${a.status} ${a.body}`,
          (e) => e.message,
        );
        counts[key] = (counts[key] ?? 0) + 1;
        await new Promise((done) => setTimeout(done, 20));
      }
    });
    for (let greenPercent = 0; greenPercent <= 100; greenPercent += 20) {
      shiftTraffic(test.env, balancer.listener.id, {
        blueTargetGroupArn: balancer.blue.id,
        greenTargetGroupArn: balancer.green.id,
        greenPercent,
      });
      if (!greenPercent)
        await until(() => targetHealth(test.env, balancer.green.id).every((t) => t.state === 'healthy'));
      await new Promise((done) => setTimeout(done, 250));
    }
    await Promise.all(
      ['10.0.10.4', '10.0.10.5'].map((id) => deregisterTarget(test.env, balancer.blue.id, { id, port: 8080 })),
    );
    running = false;
    await Promise.all(clients);
    agents.forEach((agent) => agent.destroy());
    expect(Object.keys(counts).sort()).toEqual(['200 blue', '200 green']);
    expect(counts['200 blue']! + counts['200 green']!).toBeGreaterThan(150);
    expect(targetHealth(test.env, balancer.blue.id)).toEqual([]);
  });

  it('finishes what is in flight when a target drains, and gives it nothing new', async () => {
    let release = () => {};
    await test.target('10.0.10.4', (req, res) =>
      req.url === '/health' ? res.end() : (release = () => res.end('slow')),
    );
    registerTarget(test.env, balancer.blue.id, { id: '10.0.10.4', port: 8080 });
    await healthy(balancer.blue.id);
    const slow = ask(address, '/api/slow');
    await until(() => release.toString().includes('slow'));
    let drained = false;
    const draining = deregisterTarget(test.env, balancer.blue.id, { id: '10.0.10.4', port: 8080 }).then(
      () => (drained = true),
    );
    expect(targetHealth(test.env, balancer.blue.id)[0]).toMatchObject({
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
    });
    expect((await ask(address, '/api/new')).status).toBe(503);
    await new Promise((done) => setTimeout(done, 200)); // twice the delay: 60 s at this speed
    expect(drained).toBe(false);
    release();
    expect((await slow).body).toBe('slow');
    await draining;
    expect(targetHealth(test.env, balancer.blue.id)).toEqual([]);
  });

  it('answers 502 for a target that refuses or breaks off', async () => {
    registerTarget(test.env, balancer.blue.id, { id: '10.0.10.9', port: 8080 });
    expect((await ask(address, '/api/x')).status).toBe(502);
    await test.target('10.0.10.9', (req) => req.socket.destroy());
    expect((await ask(address, '/api/x', { method: 'POST', body: 'x' })).status).toBe(502);
  });

  it('asks again when a target closed the idle connections that the request took', async () => {
    const idle = new Set<Socket>();
    let closed = 0;
    await test.target('10.0.10.4', ({ url, socket }, res) => {
      if (url === '/health') return void res.end();
      if (idle.has(socket)) return void (socket.destroy(), closed++);
      idle.add(socket);
      // Answered late enough for requests at the same time to need a connection each.
      setTimeout(() => res.end('again'), 50);
    });
    registerTarget(test.env, balancer.blue.id, { id: '10.0.10.4', port: 8080 });
    await healthy(balancer.blue.id);
    await Promise.all([1, 2, 3].map(() => ask(address, '/api/x')));
    expect(idle.size).toBe(3);
    expect(await ask(address, '/api/x')).toMatchObject({ status: 200, body: 'again' });
    expect(closed).toBe(3);
  });

  it('logs every request, in memory and in AWS’s format', async () => {
    test.env.put({ type: 'AWS::S3::Bucket', id: 'logs', seed: '', properties: {}, model: {} });
    const { Key, Value } = { Key: 'access_logs.s3.enabled', Value: 'true' };
    await change(test.env, elasticLoadBalancingV2, balancer.loadBalancer, {
      ...balancer.loadBalancer.properties,
      LoadBalancerAttributes: [
        { Key, Value },
        { Key: 'access_logs.s3.bucket', Value: 'logs' },
      ],
    });
    await answering(balancer.blue.id, '10.0.10.4', 'blue');
    await healthy(balancer.blue.id);
    await ask(address, '/api/x?a=1', { headers: { 'user-agent': 'probe' } });
    await until(() => accessLog(test.env).length === 1);
    expect(accessLog(test.env)[0]).toMatchObject({
      listenerPort: 443,
      targetGroupArn: balancer.blue.id,
      target: '10.0.10.4:8080',
      status: 200,
      method: 'GET',
      path: '/api/x?a=1',
    });
    const files = () => [...test.cloud.bucket('logs')].filter(([key]) => key.endsWith('.log.gz'));
    await until(() => files().length === 1);
    const [key, { body }] = files()[0]!;
    expect(key).toMatch(
      /^AWSLogs\/111111111111\/elasticloadbalancing\/us-east-1\/\d{4}\/\d\d\/\d\d\/111111111111_elasticloadbalancing_us-east-1_app\.payment-alb-dev\.[0-9a-f]{16}_\d{8}T\d{4}Z_[\d.]+_\w+\.log\.gz$/,
    );
    const line = gunzipSync(body).toString();
    expect(line).toMatch(
      /^https \S+Z app\/payment-alb-dev\/[0-9a-f]{16} 127\.0\.0\.1:\d+ 10\.0\.10\.4:8080 [\d.]+ [\d.]+ [\d.]+ 200 200 \d+ 4 "GET https:\/\/127\.0\.0\.1:443\/api\/x\?a=1 HTTP\/1\.1" "probe" TLS_\S+ TLSv1\.3 arn:/,
    );
  });

  it('refuses a listener whose certificate is not in this account and region', async () => {
    const failed = balancer.on('Listener', {
      ...{ LoadBalancerArn: balancer.loadBalancer.id, Port: 9443, Protocol: 'HTTPS', DefaultActions: [] },
      Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/none' }],
    });
    await expect(failed).rejects.toThrow("Certificate 'arn:aws:acm:us-east-1:111111111111:certificate/none' not found");
  });
});
