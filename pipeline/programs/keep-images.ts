import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageTag } from '../../declarations/image';
import { needed, program, type Work } from './program';
import { RunningImages } from './running-images';

/** Marks the images of images/{service} as run by STAGE: after a promotion they are. */
export const keepImages: Work = async ({ variables, directory, say }) => {
  const running = new RunningImages(new ECRClient({}), needed(variables, 'STAGE'), say);
  for (const service of readdirSync(join(directory, 'images')).sort()) {
    await running.mark(service, imageTag(join(directory, 'images', service)));
  }
};

program(module, keepImages);
