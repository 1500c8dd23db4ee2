import { DescribeCertificateCommand } from '@aws-sdk/client-acm';
import type { TaskSet } from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { basePath, usesDatabase } from '../declarations/effective';
import { productionPort, testPort } from '../declarations/outputs';
import { deregistrationDelay, targetHealth, tlsPolicy } from '../declarations/traffic';
import { about, eventually } from './support/about';
import { type Answer, jsonOf, request } from './support/probe';
import { type Sample, samples } from './support/samples';
import { wayFrom, waysInwards } from './support/security-groups';
import { blueGreenServices, running, versionOf } from './support/services';
import { acm, cli, elasticLoadBalancing as elb, environment, list, names, outputs } from './support/stage';

describe('load-balancer', () => {
  const look = cli(`elbv2 describe-load-balancers --names ${names.loadBalancer}`);

  it('is active and faces the internet, in every zone', async () => {
    const { LoadBalancerArn } = await outputs.platform();
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] }));
    const found = LoadBalancers?.[0];
    await about({ resource: `${names.loadBalancer}: state`, look }, () => expect(found?.State?.Code).toBe('active'));
    await about({ resource: `${names.loadBalancer}: scheme`, look }, () =>
      expect(found?.Scheme).toBe('internet-facing'),
    );
    const zones = (found?.AvailabilityZones ?? []).map((z) => z.ZoneName).sort();
    await about({ resource: `${names.loadBalancer}: zones`, look }, () => {
      expect(zones).toEqual(environment.zones.map((zone) => `${environment.region}${zone}`).sort());
    });
  });

  it('writes access logs, and drops header fields that are not valid', async () => {
    const { LoadBalancerArn, AccessLogBucketName } = await outputs.platform();
    const { Attributes = [] } = await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    const value = (key: string) => Attributes.find((a) => a.Key === key)?.Value;
    const subject = {
      resource: `${names.loadBalancer}: access logs`,
      look: cli(`elbv2 describe-load-balancer-attributes --load-balancer-arn ${LoadBalancerArn}`),
    };
    await about(subject, () => {
      expect([value('access_logs.s3.enabled'), value('access_logs.s3.bucket')]).toEqual(['true', AccessLogBucketName]);
    });
    await about({ ...subject, resource: `${names.loadBalancer}: drops invalid header fields` }, () => {
      expect(value('routing.http.drop_invalid_header_fields.enabled')).toBe('true');
    });
  });

  it.each([productionPort, testPort])(
    'listens on %d with TLS 1.2 or newer, and answers 404 by itself',
    async (port) => {
      const { LoadBalancerArn } = await outputs.platform();
      const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
      const listener = Listeners.find((l) => l.Port === port);
      const subject = (what: string) => ({
        resource: `listener ${port} of ${names.loadBalancer}: ${what}`,
        look: cli(`elbv2 describe-listeners --load-balancer-arn ${LoadBalancerArn}`),
      });
      await about(subject('protocol'), () => expect(listener?.Protocol).toBe('HTTPS'));
      await about(subject('TLS policy'), () => expect(listener?.SslPolicy).toBe(tlsPolicy));
      const { CertificateArn } = await outputs.platform();
      await about(subject('certificate'), () => {
        expect(listener?.Certificates?.map((c) => c.CertificateArn)).toEqual([CertificateArn]);
      });
      await about(subject('default action'), () => {
        expect(listener?.DefaultActions?.map((a) => [a.Type, a.FixedResponseConfig?.StatusCode])).toEqual([
          ['fixed-response', '404'],
        ]);
      });
      const answer = await request({ port, path: '/nothing-here' });
      await about(subject('answer to a path that no rule takes'), () => expect(answer.status).toBe(404));
    },
  );

  it('has a certificate that is valid, for two weeks to come at least', async () => {
    const { CertificateArn } = await outputs.platform();
    const { Certificate } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
    const subject = {
      resource: `certificate ${CertificateArn}: status, and days that it is still valid`,
      look: cli(`acm describe-certificate --certificate-arn ${CertificateArn}`),
    };
    const days = ((Certificate?.NotAfter?.getTime() ?? 0) - Date.now()) / 86_400_000;
    await about(subject, () => expect(Certificate?.Status).toBe('ISSUED'));
    await about(subject, () => expect(Math.floor(days)).toBeGreaterThanOrEqual(14));
  });

  it('admits the internet on production, and this stage alone on the test listener', async () => {
    const { LoadBalancerSecurityGroupId: id, NatAddresses } = await outputs.network();
    const expected = [
      wayFrom('0.0.0.0/0', productionPort),
      ...[...list(NatAddresses).map((address) => `${address}/32`), ...environment.testers].map((range) =>
        wayFrom(range, testPort),
      ),
    ];
    const subject = {
      resource: `security group of ${names.loadBalancer}: ways inwards`,
      look: cli(`ec2 describe-security-groups --group-ids ${id}`),
    };
    await about(subject, async () => expect(await waysInwards(id)).toEqual(expected.sort()));
  });
});

describe.each(blueGreenServices.map((s) => [s.name, s] as const))('load-balancer: %s', (_, service) => {
  const base = basePath(service);
  const headers = Object.fromEntries(service.headers.map(({ name, values }) => [name, values[0]!]));
  const sample = samples[service.name];
  const lookAtRule = (arn: string) => cli(`elbv2 describe-rules --rule-arns ${arn}`);
  const version = ({ headers }: Answer) => headers['x-service-version'];

  it('is reached by its path and headers: production leads to what serves, the test listener to what is held', async () => {
    const { ProductionRuleArn, TestRuleArn } = await outputs.blueGreen(service);
    const { primary, green } = await running(service);
    for (const [what, RuleArn, taskSet] of [
      ['production rule', ProductionRuleArn, primary],
      ['test rule', TestRuleArn, green],
    ] as const) {
      const { Rules = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [RuleArn] }));
      await about({ resource: `${what} of ${service.name}: path and headers`, look: lookAtRule(RuleArn) }, () =>
        expect(conditionsOf(Rules[0])).toEqual([
          `path ${service.path}`,
          ...service.headers.map((h) => `header ${h.name}: ${h.values.join(' or ')}`),
        ]),
      );
      if (!taskSet) continue;
      await about({ resource: `${what} of ${service.name}: target group`, look: lookAtRule(RuleArn) }, () => {
        expect(receivers(Rules[0])).toEqual([groupOf(taskSet)]);
      });
    }
  });

  it('has target groups on its own port, which ask for its health as declared', async () => {
    const { BlueTargetGroupArn, GreenTargetGroupArn } = await outputs.blueGreen(service);
    const { VpcId } = await outputs.network();
    for (const [colour, arn] of [
      ['blue', BlueTargetGroupArn],
      ['green', GreenTargetGroupArn],
    ] as const) {
      const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
      const asked = { TargetGroupArn: arn };
      const { Attributes = [] } = await elb.send(new DescribeTargetGroupAttributesCommand(asked));
      const delay = Attributes.find((a) => a.Key === 'deregistration_delay.timeout_seconds')?.Value;
      const found = TargetGroups[0];
      const subject = {
        resource: `target group ${names.targetGroup(service, colour)}`,
        look: cli(`elbv2 describe-target-groups --target-group-arns ${arn}`),
      };
      await about(subject, () =>
        expect({
          name: found?.TargetGroupName,
          vpc: found?.VpcId,
          targets: `${found?.TargetType} ${found?.Protocol} ${found?.Port}`,
          healthCheck: `${found?.HealthCheckProtocol} ${found?.HealthCheckPort}`,
          path: found?.HealthCheckPath,
          interval: found?.HealthCheckIntervalSeconds,
          timeout: found?.HealthCheckTimeoutSeconds,
          healthyThreshold: found?.HealthyThresholdCount,
          unhealthyThreshold: found?.UnhealthyThresholdCount,
          codes: found?.Matcher?.HttpCode,
          deregistrationDelay: Number(delay),
        }).toEqual({
          name: names.targetGroup(service, colour),
          vpc: VpcId,
          targets: `ip HTTP ${service.port}`,
          healthCheck: `HTTP ${service.port}`,
          ...targetHealth,
          deregistrationDelay,
        }),
      );
    }
  });

  it('has healthy targets for every task that serves or is held', async () => {
    const { primary, green } = await running(service);
    for (const taskSet of [primary, green]) {
      const TargetGroupArn = groupOf(taskSet);
      if (!TargetGroupArn) continue;
      const subject = {
        resource: `targets of ${service.name}'s ${taskSet === primary ? 'serving' : 'held'} task set: states and ports`,
        look: cli(`elbv2 describe-target-health --target-group-arn ${TargetGroupArn}`),
      };
      await eventually(subject, async () => {
        const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
        const found = TargetHealthDescriptions.filter((t) => t.TargetHealth?.State !== 'draining');
        const tasks = taskSet?.computedDesiredCount || 1;
        expect(found.map((t) => `${t.TargetHealth?.State} on ${t.Target?.Port}`)).toEqual(
          Array.from({ length: tasks }, () => `healthy on ${service.port}`),
        );
      });
    }
  });

  it('answers production requests with the version that serves', async () => {
    const { serving } = await running(service);
    const expected = await versionOf(service, serving);
    const path = `${base}health`;
    const subject = {
      resource: `GET ${path} on ${productionPort}: status and version`,
      look: `log group ${names.logGroup(service)}`,
    };
    const answer = await about(subject, () => request({ port: productionPort, path, headers }));
    await about(subject, () => expect([answer.status, version(answer)]).toEqual([200, expected]));
  });

  it('answers on the test listener with the held version, and does its work', async () => {
    const { deploymentId, primary } = await running(service);
    // Between releases nothing is held; then the test listener leads to what serves, or, after a rollback, nowhere.
    if (!deploymentId && !(await testListenerLeadsTo(groupOf(primary)))) return;
    const port = testPort;
    const expected = deploymentId
      ? (await outputs.blueGreen(service)).ImageTag
      : await versionOf(service, (await running(service)).serving);
    const look = `log group ${names.logGroup(service)}${deploymentId ? `, deployment ${deploymentId}` : ''}`;
    const health = { resource: `GET ${base}health on ${port}: status and version`, look };
    const answer = await about(health, () => request({ port, path: `${base}health`, headers }));
    await about(health, () => expect([answer.status, version(answer)]).toEqual([200, expected]));
    if (sample) await works(sample, port, expected, look);
  });

  async function testListenerLeadsTo(targetGroupArn: string | undefined): Promise<boolean> {
    const { TestRuleArn } = await outputs.blueGreen(service);
    const { Rules = [] } = await elb.send(new DescribeRulesCommand({ RuleArns: [TestRuleArn] }));
    return receivers(Rules[0]).includes(targetGroupArn);
  }

  /** A request goes the whole way: through the load balancer to the service, from there to those that it calls, and to its database. */
  async function works({ path, body, status }: Sample, port: number, expected: string, look: string): Promise<void> {
    const subject = (what: string) => ({ resource: `POST ${path} on ${port}: ${what}`, look });
    // A task that has just started may still be connecting to its database.
    const answer = await eventually(subject('status and version'), async () => {
      const found = await request({ port, path, headers, method: 'POST', body });
      expect([found.status, version(found)]).toEqual([status, expected]);
      return found;
    });
    const made = await about(subject('answer'), () => jsonOf(answer));
    await about(subject('what it took from the request'), () => expect(made).toMatchObject(body));
    await about(subject('reasons, which name no silent fraud detection'), () => {
      expect(((made.reasons ?? []) as string[]).filter((reason) => reason.includes('did not answer'))).toEqual([]);
    });
    // Without a database each task knows its own only.
    if (!usesDatabase(service)) return;
    const found = await about(subject('what was made, asked for again'), () =>
      request({ port, path: `${path}${String(made.id)}`, headers }),
    );
    await about(subject('what was made, asked for again'), () => expect(jsonOf(found)).toMatchObject(body));
  }
});

const groupOf = (taskSet: TaskSet | undefined) => taskSet?.loadBalancers?.[0]?.targetGroupArn;

/** The path first. */
const conditionsOf = (rule: Rule | undefined) =>
  (rule?.Conditions ?? [])
    .map(({ HttpHeaderConfig: header, PathPatternConfig: path, Values }) =>
      header
        ? `header ${header.HttpHeaderName}: ${header.Values?.join(' or ')}`
        : `path ${(path?.Values ?? Values ?? []).join(' or ')}`,
    )
    .sort((a, b) => b.localeCompare(a));

/** The target groups that get requests by a rule. */
function receivers(rule: Rule | undefined): (string | undefined)[] {
  const action = rule?.Actions?.find((a) => a.Type === 'forward');
  const groups = action?.ForwardConfig?.TargetGroups;
  if (!groups?.length) return [action?.TargetGroupArn];
  return groups.filter((g) => g.Weight !== 0).map((g) => g.TargetGroupArn);
}
