import { DescribeImagesCommand, DescribeRepositoriesCommand, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { contentPrefix, keptImages, runningPrefix } from '../declarations/registry';
import type { Service } from '../declarations/system';
import { about } from './support/about';
import { runningTasks, versionOf } from './support/services';
import { cli, ecr, names, outputs, system, toolingCli } from './support/stage';

interface LifecycleRule {
  rulePriority: number;
  selection: {
    tagStatus: string;
    tagPatternList?: string[];
    tagPrefixList?: string[];
    countType: string;
    countNumber: number;
  };
  action: { type: string };
}

describe.each(system.services.map((s) => [s.name, s] as const))('registry: %s', (_, service) => {
  const lookAt = (command: string) => toolingCli(`ecr ${command} --repository-name ${service.name}`);

  it('has a repository of immutable tags, which are scanned and encrypted', async () => {
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [service.name] }));
    const found = repositories[0];
    const subject = {
      resource: `repository ${service.name}`,
      look: toolingCli(`ecr describe-repositories --repository-names ${service.name}`),
    };
    const { RepositoryUri } = await outputs.service(service);
    await about(subject, () =>
      expect({
        uri: found?.repositoryUri,
        tags: found?.imageTagMutability,
        scanOnPush: found?.imageScanningConfiguration?.scanOnPush,
        encryption: found?.encryptionConfiguration?.encryptionType,
      }).toEqual({ uri: RepositoryUri, tags: 'IMMUTABLE', scanOnPush: true, encryption: system.imageEncryption }),
    );
  });

  it('keeps the last images, and every one that an environment runs', async () => {
    const { lifecyclePolicyText = '{}' } = await ecr.send(
      new GetLifecyclePolicyCommand({ repositoryName: service.name }),
    );
    const { rules = [] } = JSON.parse(lifecyclePolicyText) as { rules?: LifecycleRule[] };
    const subject = {
      resource: `repository ${service.name}: lifecycle rules`,
      look: lookAt('get-lifecycle-policy'),
    };
    const [running, last, untagged] = [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
    // An image that the first rule matches is expired by no other, and it never counts so many.
    await about(subject, () =>
      expect({
        running: running?.selection.tagPatternList,
        last: last?.selection,
        untagged: untagged?.selection.tagStatus,
        rules: rules.length,
      }).toEqual({
        running: [`${runningPrefix}*`],
        last: {
          tagStatus: 'tagged',
          tagPrefixList: [contentPrefix],
          countType: 'imageCountMoreThan',
          countNumber: keptImages,
        },
        untagged: 'untagged',
        rules: 3,
      }),
    );
    await about(subject, () => expect(running!.selection.countNumber).toBeGreaterThan(1000));
  });

  it('runs, in every task, the digest that the registry has for its tag', async () => {
    const tasks = await runningTasks(service);
    const subject = (what: string) => ({
      resource: `service ${names.service(service)}: ${what}`,
      look: cli(`ecs list-tasks --cluster ${names.cluster} --service-name ${names.service(service)}`),
    });
    await about(subject('has running tasks'), () => expect(tasks.length).toBeGreaterThan(0));
    for (const revision of new Set(tasks.map((t) => t.taskDefinitionArn!))) {
      const tag = await versionOf(service, revision);
      const expected = await about({ resource: `image ${service.name}:${tag}`, look: lookAt('describe-images') }, () =>
        digestOf(service, tag),
      );
      const ofRevision = tasks.filter((t) => t.taskDefinitionArn === revision);
      const digests = ofRevision.map((t) => t.containers?.find((c) => c.name === service.name)?.imageDigest);
      await about(subject(`digests that the tasks of ${revision} run`), () =>
        expect([...new Set(digests)]).toEqual([expected]),
      );
    }
  });
});

async function digestOf({ name }: Service, imageTag: string): Promise<string> {
  const { imageDetails = [] } = await ecr.send(
    new DescribeImagesCommand({ repositoryName: name, imageIds: [{ imageTag }] }),
  );
  const digest = imageDetails[0]?.imageDigest;
  if (!digest) throw new Error(`the registry tells no digest of ${name}:${imageTag}`);
  return digest;
}
