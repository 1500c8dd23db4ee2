import { ACMClient, DeleteCertificateCommand, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { ListHostedZonesByNameCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { connect } from 'node:tls';
import { readFileSync } from 'node:fs';
import { addressBook } from '../../cloud/runtime/address-book';
import { certificateAuthority } from '../../cloud/runtime/certificate-authority';
import { acm } from '../../cloud/services/acm';
import { elasticLoadBalancingV2, listenerAddress } from '../../cloud/services/elastic-load-balancing-v2';
import { route53, seedHostedZone } from '../../cloud/services/route-53';
import { ask, balancerForTest, call, change, cloudForTest, make } from './make';

let test: ReturnType<typeof cloudForTest>;
const start = (speed?: number) => {
  test = cloudForTest(speed);
  seedHostedZone(test.cloud, '111111111111', 'Z1', 'example.com');
};
afterEach(() => test.end());

const domain = 'payments.example.com';
const certificate = (more: object = {}) =>
  make(test.env, acm, 'AWS::CertificateManager::Certificate', {
    ...{ DomainName: domain, ValidationMethod: 'DNS' },
    DomainValidationOptions: [{ DomainName: domain, HostedZoneId: 'Z1' }],
    ...more,
  });
const record = (more: object) =>
  make(test.env, route53, 'AWS::Route53::RecordSet', { HostedZoneId: 'Z1', Name: domain, Type: 'A', ...more });

/** Whose certificate a client is shown that asks for the name, and whether the cloud's authority vouches for it. */
async function shown(listenerArn: string, servername: string): Promise<{ subject: string; trusted: boolean }> {
  const { file } = await certificateAuthority(test.cloud);
  const port = Number(listenerAddress(test.env, listenerArn)!.split(':').pop());
  return new Promise((done, failed) => {
    const socket = connect(
      { host: '127.0.0.1', port, servername, ca: readFileSync(file), rejectUnauthorized: false },
      () => {
        done({ subject: String(socket.getPeerCertificate().subject.CN), trusted: socket.authorized });
        socket.destroy();
      },
    ).on('error', failed);
  });
}

it('a certificate is validated in the hosted zone that it names, and shown to whom asks for its name', async () => {
  start();
  const send = call(test, acm, ACMClient);
  const { listener, loadBalancer } = await balancerForTest(test.env);
  const { id } = await certificate();
  const describe = async () => (await send(new DescribeCertificateCommand({ CertificateArn: id }))).Certificate!;
  expect(await describe()).toMatchObject({ Status: 'ISSUED', Type: 'AMAZON_ISSUED', DomainName: domain, InUseBy: [] });
  const zone = call(test, route53, Route53Client);
  const { HostedZones = [] } = await zone(new ListHostedZonesByNameCommand({ DNSName: 'example.com' }));
  expect(HostedZones).toMatchObject([{ Id: '/hostedzone/Z1', Name: 'example.com.' }]);
  const { ResourceRecordSets = [] } = await zone(
    new ListResourceRecordSetsCommand({ HostedZoneId: HostedZones[0]!.Id }),
  );
  expect(ResourceRecordSets.find((r) => r.Type === 'CNAME')).toMatchObject({
    Name: (await describe()).DomainValidationOptions![0]!.ResourceRecord!.Name,
    ResourceRecords: [{ Value: expect.stringMatching(/^_[0-9a-f]{32}\.acm-validations\.aws\.$/) }],
  });

  expect(await shown(listener.id, domain)).toEqual({ subject: 'payments.test', trusted: false });
  await make(test.env, elasticLoadBalancingV2, 'AWS::ElasticLoadBalancingV2::ListenerCertificate', {
    ...{ ListenerArn: listener.id, Certificates: [{ CertificateArn: id }] },
  });
  expect(await shown(listener.id, domain)).toEqual({ subject: domain, trusted: true });
  expect(await shown(listener.id, 'payments.test')).toEqual({ subject: 'payments.test', trusted: true });
  expect((await describe()).InUseBy).toEqual([loadBalancer.id]);
  await expect(send(new DeleteCertificateCommand({ CertificateArn: id }))).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
});

it('a certificate without a zone in the account fails its stack, at once or in the end', async () => {
  start(200_000);
  const elsewhere = { DomainValidationOptions: [{ DomainName: domain, HostedZoneId: 'Z2' }] };
  await expect(certificate(elsewhere)).rejects.toThrow('No hosted zone found with ID: Z2');
  const other = {
    DomainName: 'other.test',
    DomainValidationOptions: [{ DomainName: 'other.test', HostedZoneId: 'Z1' }],
  };
  await expect(certificate(other)).rejects.toThrow('RRSet with DNS name _');
  await expect(certificate({ DomainValidationOptions: [] })).rejects.toThrow('still in PENDING_VALIDATION');
});

it('an alias leads a name to the load balancer, from every VPC of the region', async () => {
  start();
  const { loadBalancer } = await balancerForTest(test.env);
  const AliasTarget = { DNSName: loadBalancer.model.DNSName, HostedZoneId: loadBalancer.model.CanonicalHostedZoneID };
  const made = await record({ AliasTarget });
  const names = () => JSON.parse(readFileSync(addressBook(test.env).file('vpc-1'), 'utf8')).names;
  expect(names()[domain]).toEqual(names()[loadBalancer.model.DNSName]);
  expect(names()[domain]).toHaveLength(1);
  await expect(record({ Name: 'x.test', AliasTarget })).rejects.toThrow('is not permitted in zone example.com.');
  await expect(record({ Name: `b.${domain}`, AliasTarget: { ...AliasTarget, DNSName: 'none' } })).rejects.toThrow(
    'does not lie within the target zone',
  );
  await route53.resources!['AWS::Route53::RecordSet']!.deleted!(made, test.env);
  expect(names()[domain]).toBeUndefined();
});

it('a rule asks for five values at most, headers among them', async () => {
  start();
  const { rule, ruleProperties, on, listener } = await balancerForTest(test.env);
  const header = (...Values: string[]) => ({
    ...{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Payment-Channel', Values } },
  });
  const path = ruleProperties.Conditions[0]!;
  const five = { ...ruleProperties, Conditions: [path, header('w?b', 'mobile*', 'partner', 'other')] };
  await change(test.env, elasticLoadBalancingV2, rule, five);
  const address = listenerAddress(test.env, listener.id)!;
  const status = async (channel: string) =>
    (await ask(address, '/api/x', { headers: { 'x-payment-CHANNEL': channel } })).status;
  // The rule's group has no target yet: 503 tells that the rule took the request, 404 that no rule did.
  expect([await status('WEB'), await status('fax')]).toEqual([503, 404]);
  const six = { ...five, Priority: 11, Conditions: [...five.Conditions, header('sixth')] };
  await expect(on('ListenerRule', six)).rejects.toThrow("A rule can only have '5' condition values");
  await expect(on('ListenerRule', { ...five, Priority: 12, Conditions: [path, path] })).rejects.toThrow(
    "only one 'path-pattern' condition",
  );
  const bad = { ...header('web'), HttpHeaderConfig: { HttpHeaderName: 'X Channel', Values: ['web'] } };
  await expect(on('ListenerRule', { ...five, Priority: 13, Conditions: [bad] })).rejects.toThrow(
    'not a valid HTTP header',
  );
});
