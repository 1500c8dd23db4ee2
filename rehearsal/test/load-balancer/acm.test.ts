import {
  ACMClient,
  DescribeCertificateCommand,
  ImportCertificateCommand,
  ListCertificatesCommand,
} from '@aws-sdk/client-acm';
import { acm, certificateArn, seedCertificate } from '../../cloud/services/acm';
import { call, cloudForTest } from './make';

describe('ACM', () => {
  let test: ReturnType<typeof cloudForTest>;
  let send: ReturnType<typeof call<ACMClient>>;
  beforeEach(() => {
    test = cloudForTest();
    send = call(test, acm, ACMClient);
  });
  afterEach(() => test.end());

  it('imports a certificate and describes it', async () => {
    const made = await seedCertificate(
      test.cloud.environment('222222222222', 'us-east-1'),
      'arn:elsewhere',
      'payments.test',
    );
    const [Certificate, PrivateKey] = [Buffer.from(made.cert), Buffer.from(made.key)];
    const { CertificateArn } = await send(new ImportCertificateCommand({ Certificate, PrivateKey }));
    const found = await send(new DescribeCertificateCommand({ CertificateArn }));
    expect(found.Certificate).toMatchObject({
      ...{
        DomainName: 'payments.test',
        SubjectAlternativeNames: ['payments.test'],
        Status: 'ISSUED',
        Type: 'IMPORTED',
      },
      KeyAlgorithm: 'EC_prime256v1',
    });
    const list = async (keyTypes?: 'EC_prime256v1'[]) => {
      const Includes = keyTypes && { keyTypes };
      const { CertificateSummaryList } = await send(new ListCertificatesCommand({ Includes }));
      return CertificateSummaryList?.map((c) => c.CertificateArn);
    };
    expect(await list(['EC_prime256v1'])).toEqual([CertificateArn]);
    // Elliptic keys are told of only where they are asked for.
    expect(await list()).toEqual([]);
  });

  it('refuses what is no certificate, and does not know one of another account', async () => {
    const [Certificate, PrivateKey] = [Buffer.from('no'), Buffer.from('no')];
    await expect(send(new ImportCertificateCommand({ Certificate, PrivateKey }))).rejects.toThrow(
      'is not a valid PEM-encoded value',
    );
    const other = test.cloud.environment('222222222222', 'us-east-1');
    const { arn } = await seedCertificate(other, certificateArn(other, 'payments.test'), 'payments.test');
    await expect(send(new DescribeCertificateCommand({ CertificateArn: arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
