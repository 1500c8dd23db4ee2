import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  type ECRClient,
  ImageAlreadyExistsException,
  paginateListImages,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { runningIn } from '../../declarations/registry';

/** Marks the image that an environment runs, so that the registry's lifecycle keeps it however old it gets. */
export class RunningImages {
  constructor(
    private readonly ecr: ECRClient,
    private readonly environment: string,
    private readonly say: (line: string) => void,
  ) {}

  /** Adds the mark to the image with that tag, and takes it from the one that ran before. */
  async mark(repositoryName: string, tag: string): Promise<void> {
    const mark = runningIn(this.environment) + tag;
    await this.addTag(repositoryName, tag, mark);
    this.say(`${repositoryName} ${tag} is kept while ${this.environment} runs it.`);
    await this.removeOthers(repositoryName, mark);
  }

  private async addTag(repositoryName: string, tag: string, imageTag: string): Promise<void> {
    const request = { repositoryName, imageIds: [{ imageTag: tag }] };
    const [image] = (await this.ecr.send(new BatchGetImageCommand(request))).images ?? [];
    if (!image) throw new Error(`Repository ${repositoryName} has no image ${tag}, which ${this.environment} runs`);
    const { imageManifest, imageManifestMediaType } = image;
    try {
      await this.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType }));
    } catch (error) {
      if (!(error instanceof ImageAlreadyExistsException)) throw error;
    }
  }

  /** A tag's deletion leaves the image, which has its content hash as another tag. An old mark left over only keeps an image for longer. */
  private async removeOthers(repositoryName: string, mark: string): Promise<void> {
    try {
      for (const imageTag of await this.marks(repositoryName)) {
        if (imageTag === mark) continue;
        await this.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
      }
    } catch (error) {
      this.say(`${repositoryName}: what ran before stays marked as running. ${(error as Error).message}`);
    }
  }

  private async marks(repositoryName: string): Promise<string[]> {
    const tags: string[] = [];
    const request = { repositoryName, filter: { tagStatus: 'TAGGED' as const } };
    for await (const { imageIds = [] } of paginateListImages({ client: this.ecr }, request)) {
      tags.push(...imageIds.map(({ imageTag = '' }) => imageTag));
    }
    return tags.filter((tag) => tag.startsWith(runningIn(this.environment)));
  }
}
