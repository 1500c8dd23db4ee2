import type { Expected, Proof, Topic } from '../row';

const repository = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  of: 'every service',
  stack: 'pipeline',
  type: 'AWS::ECR::Repository',
  id: 'Registry{service}',
  property,
  is,
});
const policy = 'LifecyclePolicy.LifecyclePolicyText.rules';

export const images: Topic = {
  topic: 'Images',
  rows: [
    repository('scan on push', 'ImageScanningConfiguration.ScanOnPush', true),
    repository('immutable tags', 'ImageTagMutability', 'IMMUTABLE'),
    repository('encryption: AES-256', 'EncryptionConfiguration.EncryptionType', 'AES256'),
    {
      requirement: 'encryption: KMS where a system says so',
      proved: [
        { in: 'test/pipeline/systems.test.ts', by: 'a repository is encrypted by KMS where the system says so' },
      ],
    },
    // Signatures and attestations have no tag that begins so: they are not counted.
    repository('the last 10 images kept', `${policy}[rulePriority=2].selection`, {
      tagStatus: 'tagged',
      tagPrefixList: ['content-'],
      countType: 'imageCountMoreThan',
      countNumber: 10,
    }),
    repository('never one expired that an environment runs', `${policy}[rulePriority=1].selection.tagPatternList`, [
      'running-*',
    ]),
    {
      requirement: 'what an environment runs is marked',
      proved: [
        {
          in: 'test/pipeline/programs/keep-images.test.ts',
          by: 'what runs is marked, and what ran before is not any more',
        },
      ],
    },
    {
      requirement: 'Repository and image exist before the first service that runs it',
      stack: 'pipeline',
      type: 'View::Pipeline',
      property: 'Orders.Verify',
      is: [['commit-check'], ['images'], ['attest']],
    },
    {
      requirement: 'the service runs the image of its repository in the tooling account',
      of: 'every service',
      type: 'View::Container',
      where: { Name: ({ service }) => service },
      property: 'Repository',
      is: ({ service, tooling, region }) => `${tooling}.dkr.ecr.${region}.amazonaws.com/${service}`,
    },
  ],
};
