import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageTag } from '../../declarations/image';
import { signatureTag } from '../../declarations/registry';
import { type BuiltImage, writeBuiltImages } from './built-images';
import { Docker } from './docker';
import { program, type Work } from './program';
import { Repositories } from './repositories';

/** Has what the step exports as IMAGE_DIGESTS. */
const digestsFile = 'image-digests.txt';
/** Has what the step that signs reads. */
const builtFile = join('built-images', 'images.json');
/** Characters that an approval has room for: CodePipeline takes 1000 for all that it tells. */
const room = 800;

/**
 * Builds and pushes the image of each images/{service}, unless the registry has it already, signed. The tag is the hash of the
 * build context, so a signed image with that tag is that content: it is not built again. One without a signature is nobody knows
 * whose: it loses its tag, and is built anew.
 */
export const images: Work = async (call) => {
  const { directory, say } = call;
  const repositories = new Repositories(new ECRClient({}));
  const docker = new Docker(call);
  const loggedIn = new Set<string>();
  const digests: string[] = [];
  const all: BuiltImage[] = [];
  for (const service of readdirSync(join(directory, 'images')).sort()) {
    const tag = imageTag(join(directory, 'images', service));
    const present = await signed(service, tag);
    const digest = present ?? (await buildAndPush(service, tag));
    say(`${service} ${tag} ${digest} ${present ? 'present' : 'built'}`);
    digests.push(`${service}@${digest}`);
    all.push({ service, image: await repositories.uri(service), tag, digest, built: !present });
  }
  writeBuiltImages(join(directory, builtFile), all);
  const list = digests.join(' ');
  const told = list.length <= room ? list : `${digests.length}, told in the log of the step that built them`;
  writeFileSync(join(directory, digestsFile), told);

  /** Digest of the image that is there and signed. */
  async function signed(service: string, tag: string): Promise<string | undefined> {
    const digest = await repositories.digest(service, tag);
    if (!digest || (await repositories.digest(service, signatureTag(digest)))) return digest;
    say(`${service} ${tag} ${digest} is not signed: nobody knows who pushed it. It loses its tag`);
    await repositories.removeTag(service, tag);
    return undefined;
  }

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
