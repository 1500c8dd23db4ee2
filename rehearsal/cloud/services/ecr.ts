// ECR: repositories as CloudFormation made them, images as they were pushed.
import * as sdk from '@aws-sdk/client-ecr';
import { createHash, randomUUID } from 'node:crypto';
import { HandlerError } from '../cloudformation/handler-error';
import type { ServiceModule } from '../module';
import type { Cloud, Environment, Resource } from '../state';
import { service, type Context } from '../wire/service';

export interface StoredImage {
  digest: string;
  /** As it was pushed: its digest is of these very bytes. */
  manifest: string;
  mediaType: string;
  pushed: Date;
  /** When it was scanned. Undefined: never, because the repository does not scan on push, or it is no image of an operating system. */
  scanned?: Date;
  tags: Set<string>;
}
/** What a repository holds. */
export interface Holding {
  layers: Map<string, Buffer>;
  images: Map<string, StoredImage>;
  uploads: Map<string, Buffer[]>;
}
const $metadata = {};

export function holdingOf(env: Environment, repository: string): Holding {
  const shelf = env.shelf<Holding>('ecr');
  const found = shelf.get(repository) ?? { layers: new Map(), images: new Map(), uploads: new Map() };
  shelf.set(repository, found);
  return found;
}
export const sha256 = (content: Buffer | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
export const registryHost = (account: string, region: string) => `${account}.dkr.ecr.${region}.amazonaws.com`;

interface Found {
  env: Environment;
  repository: Resource;
  holding: Holding;
}
/** A repository of the caller's registry, or of the one that registryId names. */
function located(cloud: Cloud, context: Context, name = '', registryId = context.account): Found {
  const env = cloud.environment(registryId, context.region);
  const repository = env.get('AWS::ECR::Repository', name);
  if (repository) return { env, repository, holding: holdingOf(env, name) };
  const message = `The repository with name '${name}' does not exist in the registry with id '${registryId}'`;
  throw new sdk.RepositoryNotFoundException({ message, $metadata });
}

/** The image with that digest or tag. */
export function findImage(
  { images }: Holding,
  { imageDigest, imageTag }: sdk.ImageIdentifier,
): StoredImage | undefined {
  if (imageDigest) {
    const found = images.get(imageDigest);
    return !imageTag || found?.tags.has(imageTag) ? found : undefined;
  }
  return [...images.values()].find((image) => image.tags.has(imageTag ?? ''));
}

function imagesNotFound(ids: sdk.ImageIdentifier[], { repository, env }: Found): never {
  const list = ids
    .map((id) => `{imageDigest:'${id.imageDigest ?? 'null'}', imageTag:'${id.imageTag ?? 'null'}'}`)
    .join(', ');
  const message = `The image with imageId ${list} does not exist within the repository with name '${repository.id}' in the registry with id '${env.account}'`;
  throw new sdk.ImageNotFoundException({ message, $metadata });
}

const scansOnPush = ({ model }: Pick<Resource, 'model'>) =>
  String(model.ImageScanningConfiguration?.ScanOnPush) === 'true';

/** Signatures and attestations are manifests, too: they hold nothing that is scanned. */
const isImage = ({ layers }: { layers: { mediaType: string }[] }) =>
  layers.every(({ mediaType }) => mediaType.includes('.image.'));

/** What scans find in the images of a repository: nothing, but what somebody puts here. By the repository's name. */
export const scanFindings = (env: Environment) => env.shelf<sdk.ImageScanFinding[]>('ecr scan findings');

const describeRepository = ({ id, model }: Resource, { account, region }: Environment): sdk.Repository => ({
  repositoryName: id,
  repositoryArn: model.Arn,
  registryId: account,
  repositoryUri: `${registryHost(account, region)}/${id}`,
  imageTagMutability: model.ImageTagMutability ?? 'MUTABLE',
  imageScanningConfiguration: { scanOnPush: scansOnPush({ model }) },
  encryptionConfiguration: {
    encryptionType: model.EncryptionConfiguration?.EncryptionType ?? 'AES256',
    kmsKey: model.EncryptionConfiguration?.KmsKey,
  },
});

const sizeOf = ({ manifest }: StoredImage) =>
  (JSON.parse(manifest).layers as { size: number }[]).reduce((sum, layer) => sum + layer.size, 0);

function putImage(found: Found, input: sdk.PutImageCommandInput): sdk.Image {
  const { env, repository, holding } = found;
  const { imageManifest: manifest = '', imageTag, imageDigest } = input;
  const digest = sha256(manifest);
  if (imageDigest && imageDigest !== digest) {
    const message = `The image digest '${imageDigest}' does not match the digest of the image manifest: '${digest}'`;
    throw new sdk.ImageDigestDoesNotMatchException({ message, $metadata });
  }
  const content = JSON.parse(manifest);
  const needed: string[] = [content.config, ...content.layers].map((blob) => blob.digest);
  const absent = needed.filter((blob) => !holding.layers.has(blob));
  if (absent.length) {
    const message = `The referenced layers could not be found in the repository: ${absent.join(', ')}`;
    throw new sdk.LayersNotFoundException({ message, $metadata });
  }
  const tagged = imageTag ? findImage(holding, { imageTag }) : undefined;
  if (imageTag && tagged?.digest === digest) {
    const message = `Image with digest '${digest}' and tag '${imageTag}' already exists in the repository with name '${repository.id}' in registry with id '${env.account}'`;
    throw new sdk.ImageAlreadyExistsException({ message, $metadata });
  }
  if (tagged && repository.model.ImageTagMutability === 'IMMUTABLE') {
    const message = `The image tag '${imageTag}' already exists in the '${repository.id}' repository and cannot be overwritten because the repository is immutable.`;
    throw new sdk.ImageTagAlreadyExistsException({ message, $metadata });
  }
  tagged?.tags.delete(imageTag!);
  const mediaType = input.imageManifestMediaType ?? content.mediaType;
  const image = holding.images.get(digest) ?? {
    digest,
    manifest,
    mediaType,
    pushed: env.cloud.clock.now(),
    ...(scansOnPush(repository) && isImage(content) && { scanned: env.cloud.clock.now() }),
    tags: new Set(),
  };
  if (imageTag) image.tags.add(imageTag);
  holding.images.set(digest, image);
  return {
    registryId: env.account,
    repositoryName: repository.id,
    imageId: { imageDigest: digest, imageTag },
    imageManifest: manifest,
    imageManifestMediaType: mediaType,
  };
}

/** Without a digest only the tag goes; the image goes with its last tag. */
function removeImage({ images }: Holding, image: StoredImage, { imageDigest, imageTag }: sdk.ImageIdentifier): void {
  if (!imageDigest) image.tags.delete(imageTag!);
  if (imageDigest || !image.tags.size) images.delete(image.digest);
}

export const ecr: ServiceModule = {
  api: (cloud) => {
    const at = (context: Context, { repositoryName, registryId }: { repositoryName?: string; registryId?: string }) =>
      located(cloud, context, repositoryName, registryId);
    return service(sdk)({
      DescribeRepositories: ({ repositoryNames, registryId }, context) => {
        const env = cloud.environment(registryId ?? context.account, context.region);
        const chosen = repositoryNames
          ? repositoryNames.map((name) => located(cloud, context, name, registryId).repository)
          : env.list('AWS::ECR::Repository');
        return { repositories: chosen.map((r) => describeRepository(r, env)) };
      },
      DescribeImages: (input, context) => {
        const found = at(context, input);
        const { imageIds } = input;
        const absent = imageIds?.filter((id) => !findImage(found.holding, id)) ?? [];
        if (absent.length) imagesNotFound(absent, found);
        const images = imageIds?.map((id) => findImage(found.holding, id)!) ?? [...found.holding.images.values()];
        return {
          imageDetails: images.map((image) => ({
            registryId: found.env.account,
            repositoryName: found.repository.id,
            imageDigest: image.digest,
            imageTags: [...image.tags],
            imageSizeInBytes: sizeOf(image),
            imagePushedAt: image.pushed,
            imageManifestMediaType: image.mediaType,
          })),
        };
      },
      DescribeImageScanFindings: (input, context) => {
        const found = at(context, input);
        const { env, repository } = found;
        const image = findImage(found.holding, input.imageId!) ?? imagesNotFound([input.imageId!], found);
        const of = { registryId: env.account, repositoryName: repository.id, imageId: { imageDigest: image.digest } };
        if (!image.scanned) {
          const message = `Image scan does not exist for the image with '{imageDigest:'${image.digest}', imageTag:'${input.imageId!.imageTag ?? 'null'}'}' in the repository with name '${repository.id}' in the registry with id '${env.account}'`;
          throw new sdk.ScanNotFoundException({ message, $metadata });
        }
        const findings = scanFindings(env).get(repository.id) ?? [];
        const findingSeverityCounts: Record<string, number> = {};
        for (const { severity = 'UNDEFINED' } of findings) {
          findingSeverityCounts[severity] = (findingSeverityCounts[severity] ?? 0) + 1;
        }
        return {
          ...of,
          imageScanStatus: { status: 'COMPLETE' as const, description: 'The scan was completed successfully.' },
          imageScanFindings: { findings, findingSeverityCounts, imageScanCompletedAt: image.scanned },
        };
      },
      ListImages: (input, context) => {
        const images = [...at(context, input).holding.images.values()];
        return {
          imageIds: images.flatMap(({ digest, tags }) =>
            tags.size ? [...tags].map((imageTag) => ({ imageDigest: digest, imageTag })) : [{ imageDigest: digest }],
          ),
        };
      },
      BatchGetImage: (input, context) => {
        const { env, repository, holding } = at(context, input);
        const asked = (input.imageIds ?? []).map((id) => ({ id, image: findImage(holding, id) }));
        return {
          images: asked.flatMap(({ id, image }) =>
            image
              ? [
                  {
                    registryId: env.account,
                    repositoryName: repository.id,
                    imageId: { imageDigest: image.digest, imageTag: id.imageTag },
                    imageManifest: image.manifest,
                    imageManifestMediaType: image.mediaType,
                  },
                ]
              : [],
          ),
          failures: asked
            .filter(({ image }) => !image)
            .map(({ id }) => ({
              imageId: id,
              failureCode: 'ImageNotFound' as const,
              failureReason: 'Requested image not found',
            })),
        };
      },
      BatchDeleteImage: (input, context) => {
        const { holding } = at(context, input);
        const asked = (input.imageIds ?? []).map((id) => ({ id, image: findImage(holding, id) }));
        for (const { id, image } of asked) if (image) removeImage(holding, image, id);
        return {
          imageIds: asked.flatMap(({ id, image }) => (image ? [{ ...id, imageDigest: image.digest }] : [])),
          failures: asked
            .filter(({ image }) => !image)
            .map(({ id }) => ({
              imageId: id,
              failureCode: 'ImageNotFound' as const,
              failureReason: 'Requested image not found',
            })),
        };
      },
      BatchCheckLayerAvailability: (input, context) => {
        const { layers } = at(context, input).holding;
        return {
          layers: input.layerDigests!.map((layerDigest) => ({
            layerDigest,
            layerAvailability: layers.has(layerDigest) ? 'AVAILABLE' : 'UNAVAILABLE',
            layerSize: layers.get(layerDigest)?.length,
          })),
          failures: [],
        };
      },
      InitiateLayerUpload: (input, context) => {
        const uploadId = randomUUID();
        at(context, input).holding.uploads.set(uploadId, []);
        return { uploadId, partSize: 20 * 1024 * 1024 };
      },
      UploadLayerPart: (input, context) => {
        const { env, repository, holding } = at(context, input);
        const parts = uploadOf(holding, input.uploadId);
        const received = parts.reduce((sum, part) => sum + part.length, 0);
        if (input.partFirstByte !== received) {
          const message = `The part starts at byte ${input.partFirstByte}, but ${received} bytes have been received`;
          throw new sdk.InvalidLayerPartException({ message, lastValidByteReceived: received - 1, $metadata });
        }
        parts.push(Buffer.from(input.layerPartBlob!));
        return {
          registryId: env.account,
          repositoryName: repository.id,
          uploadId: input.uploadId,
          lastByteReceived: input.partLastByte,
        };
      },
      CompleteLayerUpload: (input, context) => {
        const { env, repository, holding } = at(context, input);
        const content = Buffer.concat(uploadOf(holding, input.uploadId));
        const layerDigest = sha256(content);
        if (!content.length) throw new sdk.EmptyUploadException({ message: 'The upload holds no bytes', $metadata });
        if (!input.layerDigests!.includes(layerDigest)) {
          const message = `The layer digest '${input.layerDigests![0]}' does not match the digest of the upload: '${layerDigest}'`;
          throw new sdk.InvalidLayerException({ message, $metadata });
        }
        holding.uploads.delete(input.uploadId!);
        if (holding.layers.has(layerDigest)) {
          throw new sdk.LayerAlreadyExistsException({
            message: `Layer with digest '${layerDigest}' already exists`,
            $metadata,
          });
        }
        holding.layers.set(layerDigest, content);
        return { registryId: env.account, repositoryName: repository.id, uploadId: input.uploadId, layerDigest };
      },
      PutImage: (input, context) => ({ image: putImage(at(context, input), input) }),
      GetDownloadUrlForLayer: (input, context) => {
        const { holding } = at(context, input);
        if (!holding.layers.has(input.layerDigest!)) {
          throw new sdk.LayersNotFoundException({ message: `Layer ${input.layerDigest} does not exist`, $metadata });
        }
        return { layerDigest: input.layerDigest, downloadUrl: cloud.link(holding.layers.get(input.layerDigest!)!) };
      },
      GetAuthorizationToken: ({ registryIds }, context) => ({
        authorizationData: (registryIds ?? [context.account]).map((account) => ({
          authorizationToken: Buffer.from(`AWS:${context.accessKeyId}`).toString('base64'),
          expiresAt: new Date(Date.now() + 12 * 3600e3),
          proxyEndpoint: `https://${registryHost(account, context.region)}`,
        })),
      }),
      GetRepositoryPolicy: (input, context) => {
        const { env, repository } = at(context, input);
        const policy = repository.model.RepositoryPolicyText;
        if (policy)
          return { registryId: env.account, repositoryName: repository.id, policyText: JSON.stringify(policy) };
        const message = `Repository policy does not exist for the repository with name '${repository.id}' in the registry with id '${env.account}'`;
        throw new sdk.RepositoryPolicyNotFoundException({ message, $metadata });
      },
      GetLifecyclePolicy: (input, context) => {
        const { env, repository } = at(context, input);
        const lifecyclePolicyText = repository.model.LifecyclePolicy?.LifecyclePolicyText;
        if (lifecyclePolicyText) return { registryId: env.account, repositoryName: repository.id, lifecyclePolicyText };
        const message = `Lifecycle policy does not exist for the repository with name '${repository.id}' in the registry with id '${env.account}'`;
        throw new sdk.LifecyclePolicyNotFoundException({ message, $metadata });
      },
    });
  },
  resources: {
    'AWS::ECR::Repository': {
      name: 'RepositoryName',
      lowerCase: true,
      attributes: ({ env, model }) => ({
        Arn: env.arn('ecr', `repository/${model.RepositoryName}`),
        RepositoryUri: `${registryHost(env.account, env.region)}/${model.RepositoryName}`,
      }),
      beforeDelete: ({ id, model }, env) => {
        if (String(model.EmptyOnDelete) === 'true' || !holdingOf(env, id).images.size) return;
        const message = `The repository with name '${id}' in registry with id '${env.account}' cannot be deleted because it still contains images`;
        throw new HandlerError('GeneralServiceException', message);
      },
      deleted: ({ id }, env) => void env.shelf('ecr').delete(id),
    },
  },
};

function uploadOf({ uploads }: Holding, id = ''): Buffer[] {
  const found = uploads.get(id);
  if (found) return found;
  throw new sdk.UploadNotFoundException({ message: `The upload '${id}' does not exist`, $metadata });
}
