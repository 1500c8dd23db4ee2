import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { contextHash } from '../../declarations/image';
import { Docker } from './docker';
import { program, type Work } from './program';
import { Repositories } from './repositories';

/** Has what the step exports as IMAGE_DIGESTS. */
const digestsFile = 'image-digests.txt';
/** Characters that an approval has room for: CodePipeline takes 1000 for all that it tells. */
const room = 800;

/**
 * Builds and pushes the image of each images/{service}, unless the registry has it already. The tag is the hash of the
 * build context, so an image with that tag is that content: it is never built twice.
 */
export const images: Work = async (call) => {
  const { directory, say } = call;
  const repositories = new Repositories(new ECRClient({}));
  const docker = new Docker(call);
  const loggedIn = new Set<string>();
  const digests: string[] = [];
  for (const service of readdirSync(join(directory, 'images')).sort()) {
    const tag = contextHash(join(directory, 'images', service));
    const present = await repositories.digest(service, tag);
    const digest = present ?? (await buildAndPush(service, tag));
    say(`${service} ${tag} ${digest} ${present ? 'present' : 'built'}`);
    digests.push(`${service}@${digest}`);
  }
  const all = digests.join(' ');
  const told = all.length <= room ? all : `${digests.length}, told in the log of the step that built them`;
  writeFileSync(join(directory, digestsFile), told);

  async function buildAndPush(service: string, tag: string): Promise<string> {
    const uri = await repositories.uri(service);
    const registry = uri.slice(0, uri.indexOf('/'));
    if (!loggedIn.has(registry)) docker.login(registry, await repositories.password());
    loggedIn.add(registry);
    docker.build(`${uri}:${tag}`, join('images', service));
    docker.push(`${uri}:${tag}`);
    const pushed = await repositories.digest(service, tag);
    if (!pushed) throw new Error(`${uri} has no image ${tag} after the push: look at docker's output above`);
    return pushed;
  }
};

program(module, images);
