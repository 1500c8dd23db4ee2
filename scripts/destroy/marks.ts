import { BatchDeleteImageCommand, paginateListImages } from '@aws-sdk/client-ecr';
import { runningIn } from '../../declarations/registry';
import { unlessAbsent, type Work } from './work';

/** Marks that keep images because this environment runs them: 'payment-api:running-dev-…'. Other environments have marks of their own. */
export async function marksOf({ clients, stage }: Work): Promise<string[]> {
  const prefix = runningIn(stage.environment.name);
  const found: string[] = [];
  for (const { name: repositoryName } of stage.system.services) {
    const look = async () => {
      const request = { repositoryName, filter: { tagStatus: 'TAGGED' as const } };
      for await (const { imageIds = [] } of paginateListImages({ client: clients.ecr }, request)) {
        const tags = imageIds.flatMap(({ imageTag }) => imageTag ?? []).filter((tag) => tag.startsWith(prefix));
        found.push(...tags.map((tag) => `${repositoryName}:${tag}`));
      }
    };
    await unlessAbsent(look(), 'RepositoryNotFoundException');
  }
  return found;
}

/** Takes the marks off. The images stay: they have their content's hash as another tag, and the registry's own rules expire them. */
export async function removeMarks({ clients }: Work, marks: string[]): Promise<void> {
  for (const mark of marks) {
    const [repositoryName, imageTag] = mark.split(':');
    await clients.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  }
}
