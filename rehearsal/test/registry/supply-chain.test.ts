import { createHash, createPublicKey, verify } from 'node:crypto';
import * as ecr from '@aws-sdk/client-ecr';
import * as kms from '@aws-sdk/client-kms';
import { scanFindings } from '../../cloud/services/ecr';
import { local, type Local } from '../core/local';

const account = '111111111111';
const region = 'us-east-1';
let here: Local;
let images: ecr.ECRClient;
let keys: kms.KMSClient;
const KeyId = '00000000-0000-4000-8000-000000000000';
const repositoryName = 'payment-api';

beforeAll(async () => {
  here = await local();
  const config = here.administrator(account);
  images = new ecr.ECRClient(config);
  keys = new kms.KMSClient(config);
  const env = here.cloud.environment(account, region);
  const key = { KeyId, Arn: env.arn('kms', `key/${KeyId}`), KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
  const other = { KeyId: 'other', Arn: env.arn('kms', 'key/other') };
  for (const model of [key, other])
    env.put({ type: 'AWS::KMS::Key', id: model.KeyId, seed: 'x', properties: model, model });
  const model = {
    RepositoryName: repositoryName,
    ImageTagMutability: 'IMMUTABLE',
    ImageScanningConfiguration: { ScanOnPush: true },
  };
  env.put({ type: 'AWS::ECR::Repository', id: repositoryName, seed: 'x', properties: model, model });
});
afterAll(() => here.stop());

const message = Buffer.from('a message');
const digest = createHash('sha256').update(message).digest();
const SigningAlgorithm = 'ECDSA_SHA_256' as const;

describe('a key of ECC_NIST_P256', () => {
  const signed = (input: Pick<kms.SignCommandInput, 'Message' | 'MessageType'>) =>
    keys.send(new kms.SignCommand({ KeyId, SigningAlgorithm, ...input }));

  test.each([
    ['RAW' as const, message],
    ['DIGEST' as const, digest],
  ])('signs what is %s, and whoever has its public half can tell', async (MessageType, Message) => {
    const { Signature } = await signed({ Message, MessageType });
    const { PublicKey, KeySpec, SigningAlgorithms } = await keys.send(new kms.GetPublicKeyCommand({ KeyId }));
    expect([KeySpec, SigningAlgorithms]).toEqual(['ECC_NIST_P256', [SigningAlgorithm]]);
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    expect(verify('sha256', message, key, Signature!)).toBe(true);
    const request = { KeyId, SigningAlgorithm, Message, MessageType };
    expect(await keys.send(new kms.VerifyCommand({ ...request, Signature }))).toMatchObject({ SignatureValid: true });
  });

  test("refuses another's signature, and what is no signature", async () => {
    const { Signature } = await signed({ Message: Buffer.from('another message') });
    for (const wrong of [Signature!, Buffer.from('none')]) {
      const request = new kms.VerifyCommand({ KeyId, SigningAlgorithm, Message: message, Signature: wrong });
      await expect(keys.send(request)).rejects.toThrow(kms.KMSInvalidSignatureException);
    }
  });

  test('takes 4096 bytes, or a digest of 32', async () => {
    await expect(signed({ Message: Buffer.alloc(4097) })).rejects.toThrow(/less than or equal to 4096/);
    await expect(signed({ Message: message, MessageType: 'DIGEST' })).rejects.toThrow(/Digest is invalid length/);
  });

  test('says what it is for; one for encryption does not sign', async () => {
    const { KeyMetadata } = await keys.send(new kms.DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' });
    const request = new kms.SignCommand({ KeyId: 'other', SigningAlgorithm, Message: message });
    await expect(keys.send(request)).rejects.toThrow(kms.InvalidKeyUsageException);
  });
});

describe('a repository that scans on push', () => {
  const put = async (mediaType: string, tag: string) => {
    const blob = Buffer.from(tag);
    const { uploadId } = await images.send(new ecr.InitiateLayerUploadCommand({ repositoryName }));
    const part = { partFirstByte: 0, partLastByte: blob.length - 1, layerPartBlob: blob };
    await images.send(new ecr.UploadLayerPartCommand({ repositoryName, uploadId, ...part }));
    const layer = { mediaType, digest: `sha256:${createHash('sha256').update(blob).digest('hex')}`, size: blob.length };
    const layerDigests = [layer.digest];
    await images.send(new ecr.CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: layer,
      layers: [layer],
    };
    await images.send(
      new ecr.PutImageCommand({ repositoryName, imageTag: tag, imageManifest: JSON.stringify(manifest) }),
    );
    return layer.digest;
  };
  const findings = (imageTag: string) =>
    images.send(new ecr.DescribeImageScanFindingsCommand({ repositoryName, imageId: { imageTag } }));

  test('finds nothing in an image, but what is put there', async () => {
    await put('application/vnd.oci.image.layer.v1.tar+gzip', 'image');
    expect(await findings('image')).toMatchObject({
      imageScanStatus: { status: 'COMPLETE' },
      imageScanFindings: { findings: [], findingSeverityCounts: {} },
    });
    const env = here.cloud.environment(account, region);
    scanFindings(env).set(repositoryName, [{ name: 'CVE-2026-1', severity: 'CRITICAL' }, { name: 'CVE-2026-2' }]);
    expect((await findings('image')).imageScanFindings).toMatchObject({
      findings: [{ name: 'CVE-2026-1', severity: 'CRITICAL' }, { name: 'CVE-2026-2' }],
      findingSeverityCounts: { CRITICAL: 1, UNDEFINED: 1 },
    });
  });

  test('does not scan what is no image of a file system, and knows no scan of what is not there', async () => {
    await put('application/vnd.dsse.envelope.v1+json', 'artifact');
    await expect(findings('artifact')).rejects.toThrow(ecr.ScanNotFoundException);
    await expect(findings('nothing')).rejects.toThrow(ecr.ImageNotFoundException);
  });

  test('gives an address at which a layer is read without credentials', async () => {
    const layerDigest = await put('application/vnd.dsse.envelope.v1+json', 'document');
    const request = new ecr.GetDownloadUrlForLayerCommand({ repositoryName, layerDigest });
    const { downloadUrl } = await images.send(request);
    expect(await (await fetch(downloadUrl!)).text()).toBe('document');
    expect((await fetch(downloadUrl!.slice(0, -1))).status).toBe(501);
  });
});
