import {
  BatchDeleteImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  ImageNotFoundException,
} from '@aws-sdk/client-ecr';

/** The image registry, as far as building once asks for it. */
export class Repositories {
  constructor(private readonly ecr: ECRClient) {}

  /** Digest of the image with that tag, or undefined where the repository has none. */
  async digest(repositoryName: string, imageTag: string): Promise<string | undefined> {
    try {
      const request = { repositoryName, imageIds: [{ imageTag }] };
      return (await this.ecr.send(new DescribeImagesCommand(request))).imageDetails?.[0]?.imageDigest;
    } catch (error) {
      if (error instanceof ImageNotFoundException) return undefined;
      throw error;
    }
  }

  /** The image goes with its last tag. */
  async removeTag(repositoryName: string, imageTag: string): Promise<void> {
    const request = { repositoryName, imageIds: [{ imageTag }] };
    const { failures = [] } = await this.ecr.send(new BatchDeleteImageCommand(request));
    if (failures.length) throw new Error(`${repositoryName}: the tag ${imageTag} stays. ${failures[0]!.failureReason}`);
  }

  /** What images of the repository are called, without tag: {registry}/{repository}. */
  async uri(repositoryName: string): Promise<string> {
    const request = { repositoryNames: [repositoryName] };
    return (await this.ecr.send(new DescribeRepositoriesCommand(request))).repositories![0]!.repositoryUri!;
  }

  /** Password of the user AWS, valid for 12 hours. */
  async password(): Promise<string> {
    const { authorizationData } = await this.ecr.send(new GetAuthorizationTokenCommand({}));
    const [, password] = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().split(':');
    return password!;
  }
}
