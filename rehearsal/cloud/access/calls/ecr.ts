import type * as sdk from '@aws-sdk/client-ecr';
import type { Environment } from '../../state';
import { each, type Rules } from './rules';

/** A repository of the caller's registry, or of the one that the call names. */
const repository = (
  { repositoryName = '*', registryId }: { repositoryName?: string; registryId?: string },
  env: Environment,
) => `arn:aws:ecr:${env.region}:${registryId ?? env.account}:repository/${repositoryName}`;

export const ecr: Rules<typeof sdk> = {
  DescribeRepositories: ({ repositoryNames, registryId }, env) =>
    each(repositoryNames, (repositoryName) => repository({ repositoryName, registryId }, env)),
  DescribeImages: repository,
  DescribeImageScanFindings: repository,
  ListImages: repository,
  BatchGetImage: repository,
  BatchDeleteImage: repository,
  BatchCheckLayerAvailability: repository,
  InitiateLayerUpload: repository,
  UploadLayerPart: repository,
  CompleteLayerUpload: repository,
  PutImage: repository,
  GetDownloadUrlForLayer: repository,
  GetRepositoryPolicy: repository,
  GetLifecyclePolicy: repository,
};
