import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACMClient, ImportCertificateCommand } from '@aws-sdk/client-acm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { certificate } from '../../scripts/certificate';
import { selfSigned } from '../../scripts/certificate/self-signed';
import { commandIn } from './command-support';

const acm = mockClient(ACMClient);
const sts = mockClient(STSClient);
const account = '210987654321';
const arnIn = (region: string, id: string) => `arn:aws:acm:${region}:${account}:certificate/${id}`;
const fresh = arnIn('us-east-1', 'fresh');

let command: ReturnType<typeof commandIn>;
beforeEach(() => {
  acm.reset();
  acm.on(ImportCertificateCommand).resolves({ CertificateArn: fresh });
  sts.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: account });
  command = commandIn(certificate);
});
afterEach(() => command.end());

const dev = { account, certificateArns: [arnIn('us-east-1', 'old'), arnIn('us-east-2', 'other')] };
/** Formed as Prettier leaves it; what has one line keeps it. */
function configure(entry: object = dev) {
  const one = (name: string, value: object) =>
    `    "${name}": ${JSON.stringify(value, null, 2).replaceAll('\n', '\n    ')}`;
  const text = `{
  "system": "payment-platform",
  "repository": "example/payments",
  "repositoryIds": { "owner": 1, "name": 2 },
  "branch": "main",
  "connectionArn": "arn:aws:codeconnections:us-east-1:${account}:connection/1",
  "tooling": { "account": "${account}" },
  "environments": {
${one('dev', entry)},
${one('staging', dev)}
  }
}
`;
  writeFileSync(join(command.directory, 'configuration.json'), text);
  return text;
}
const file = () => readFileSync(join(command.directory, 'configuration.json'), 'utf8');
const selfSignedFor = (line = '', variables: NodeJS.ProcessEnv = {}) =>
  command.run(`--self-signed --stage dev ${line}`, variables);
const imported = () => acm.commandCalls(ImportCertificateCommand)[0]!.args[0].input;
const text = (bytes?: Uint8Array) => Buffer.from(bytes!).toString();

describe('the certificate', () => {
  test('is self-signed, for the name, 2048-bit RSA, and valid for a year', async () => {
    const now = new Date('2026-03-01T00:00:00Z');
    const made = await selfSigned('payments.example.com', now);
    const read = new X509Certificate(made.certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.subject).toBe('CN=payments.example.com');
    expect(read.subjectAltName).toBe('DNS:payments.example.com');
    expect(read.publicKey.asymmetricKeyDetails!.modulusLength).toBe(2048);
    expect(new Date(read.validFrom)).toEqual(now);
    expect(new Date(read.validTo)).toEqual(new Date('2027-03-01T00:00:00Z'));
    expect(read.ca).toBe(false);
  });
});

describe('an environment without one', () => {
  test('gets it imported, tagged, and entered', async () => {
    configure({ account });
    const { code, said } = await selfSignedFor();
    expect(code).toBe(0);
    const { Certificate, PrivateKey, Tags, CertificateArn } = imported();
    expect(new X509Certificate(text(Certificate)).subjectAltName).toBe('DNS:payments.dev.internal');
    expect(text(PrivateKey)).toContain('PRIVATE KEY');
    expect(CertificateArn).toBeUndefined();
    expect(Tags).toContainEqual({ Key: 'Environment', Value: 'dev' });
    expect(JSON.parse(file()).environments.dev).toEqual({ account, certificateArns: [fresh] });
    expect(said).toContain(`account ${account}, us-east-1`);
    expect(said).toContain(fresh);
  });
  test('its key is on no disk', async () => {
    configure({ account });
    await selfSignedFor();
    expect(readdirSync(command.directory)).toEqual(['configuration.json']);
    expect(file()).not.toContain('PRIVATE KEY');
  });
});

describe('an environment with certificates', () => {
  test('the one of the same account and region is replaced; all else of the file stays as it is', async () => {
    const before = configure();
    const { code, said } = await selfSignedFor();
    expect(code).toBe(0);
    expect(file()).toBe(before.replace(arnIn('us-east-1', 'old'), fresh));
    expect(said).toContain(`stands where ${arnIn('us-east-1', 'old')} stood`);
  });
  test('the region is that of the system, or the configured one', async () => {
    configure();
    acm.on(ImportCertificateCommand).resolves({ CertificateArn: arnIn('us-east-2', 'fresh') });
    expect((await selfSignedFor('--system payment-processor')).said).toContain('us-east-2');
    expect(JSON.parse(file()).environments.dev.certificateArns).toEqual([
      arnIn('us-east-1', 'old'),
      arnIn('us-east-2', 'fresh'),
    ]);
    configure({ ...dev, region: 'eu-central-1' });
    expect((await selfSignedFor()).said).toContain('eu-central-1');
  });
  test('--domain says for which name, and sets nothing else', async () => {
    configure({ ...dev, domainName: 'pay.example.com' });
    await selfSignedFor();
    expect(new X509Certificate(text(imported().Certificate)).subject).toBe('CN=pay.example.com');
    acm.resetHistory();
    await selfSignedFor('--domain other.example.com');
    expect(new X509Certificate(text(imported().Certificate)).subject).toBe('CN=other.example.com');
    expect(JSON.parse(file()).environments.dev.domainName).toBe('pay.example.com');
  });
});

describe('refused, with nothing imported and nothing written', () => {
  const refused = async (line: string, code: number, says: string, variables = {}) => {
    const before = file();
    const answer = await command.run(line, variables);
    expect(answer.said).toContain(says);
    expect(answer.code).toBe(code);
    expect(acm.calls()).toHaveLength(0);
    expect(file()).toBe(before);
    return answer.said;
  };

  test('without --self-signed, with the ways that there are', async () => {
    configure();
    const said = await refused('--stage staging', 2, 'There are three ways');
    for (const way of ['environments.staging.certificateArns', 'hostedZoneId', '--self-signed --stage staging'])
      expect(said).toContain(way);
  });
  test('an environment in a hosted zone, with why', async () => {
    configure({ account, domainName: 'pay.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' });
    await refused('--self-signed --stage dev', 1, 'its stage makes a certificate for domainName itself');
  });
  test('credentials of another account, with whose they are and whose they should be', async () => {
    configure();
    sts.on(GetCallerIdentityCommand).resolves({ Account: '109876543210' });
    const says = `These are credentials of account 109876543210, and dev is account ${account}. Give --profile`;
    await refused('--self-signed --stage dev', 1, says);
  });
  test('no credentials', async () => {
    configure();
    sts.on(GetCallerIdentityCommand).rejects(new Error('Could not load credentials from any providers'));
    await refused('--self-signed --stage dev', 1, `There are no credentials of dev (${account}): Could not load`);
  });
  test('a placeholder account, unless AWS is played by this computer', async () => {
    configure({ account: '222222222222' });
    await refused('--self-signed --stage dev', 1, 'configuration.json has placeholder accounts for dev');
    await refused('--self-signed --stage dev', 1, 'placeholder', { AWS_ENDPOINT_URL: 'https://vpce-1.amazonaws.com' });
    expect((await selfSignedFor('', { AWS_ENDPOINT_URL: 'http://localhost:4566' })).code).toBe(0);
  });
  test.each([
    ['--self-signed', 'Which environment? Give --stage'],
    ['--self-signed --stage test', "There is no environment 'test'. In configuration.json: dev, staging"],
    ['--self-signed --stage dev --system x', 'Known systems: payment-platform'],
    ['--self-signed --stage dev --domain x', "a domain name looks like 'payments.example.com'"],
    ['--signed', "Unknown option '--signed'"],
  ])('%s', async (line, says) => {
    configure();
    await refused(line, 2, says);
  });
});

test('--help says how', async () => {
  expect(await command.run('--help')).toMatchObject({ code: 0, said: expect.stringContaining('--self-signed') });
});
