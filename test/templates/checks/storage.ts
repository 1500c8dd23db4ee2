import type { Values } from '../../stacks/support';
import { allResources, type Deployed } from '../deployed';
import { statementsOf } from '../policies';
import { at } from './at';

/** What is stored is encrypted, and closed to the public. */
export function storage(deployed: Deployed[]): void {
  const resources = allResources(deployed);
  const ofType = (type: string) => resources.filter(({ resource }) => resource.Type === type);
  const statements = statementsOf(deployed);
  const encrypted: Record<string, (properties: Values) => unknown> = {
    'AWS::S3::Bucket': (p) => p.BucketEncryption,
    'AWS::Logs::LogGroup': (p) => p.KmsKeyId,
    'AWS::RDS::DBCluster': (p) => p.StorageEncrypted && p.KmsKeyId && p.MasterUserSecret!.KmsKeyId,
    'AWS::SecretsManager::Secret': (p) => p.KmsKeyId,
    'AWS::SNS::Topic': (p) => p.KmsMasterKeyId,
    'AWS::ECR::Repository': (p) => p.EncryptionConfiguration,
    'AWS::CodeBuild::Project': (p) => p.EncryptionKey,
    'AWS::CodePipeline::Pipeline': (p) => p.ArtifactStore!.EncryptionKey,
  };
  test.each(Object.entries(encrypted))('%s', (type, encryption) => {
    expect(ofType(type).length).toBeGreaterThan(0);
    expect(at(ofType(type).filter(({ resource }) => !encryption(resource.Properties)))).toEqual([]);
  });
  test('and buckets are closed to the public and to plain HTTP', () => {
    for (const { resource } of ofType('AWS::S3::Bucket')) {
      const all = {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      };
      expect(resource.Properties.PublicAccessBlockConfiguration).toEqual(all);
    }
    const denied = statements.filter((s) => s.type === 'AWS::S3::BucketPolicy' && s.effect === 'Deny');
    expect(denied).toHaveLength(ofType('AWS::S3::Bucket').length);
    for (const s of denied) expect(s.condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });
  test('and keys rotate, but for one that signs: KMS rotates symmetric keys alone', () => {
    const keys = ofType('AWS::KMS::Key').map(({ resource }) => resource.Properties as Record<string, unknown>);
    const encrypting = keys.filter(({ KeyUsage }) => KeyUsage !== 'SIGN_VERIFY');
    expect(encrypting.length).toBeGreaterThan(0);
    for (const { EnableKeyRotation } of encrypting) expect(EnableKeyRotation).toBe(true);
    expect(new Set(keys.filter((key) => !encrypting.includes(key)).map(({ KeySpec }) => KeySpec))).toEqual(
      new Set(['ECC_NIST_P256']),
    );
  });
}
