import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { KMSClient } from '@aws-sdk/client-kms';
import { attestationTag, signatureTag } from '../../declarations/registry';
import {
  artifact,
  envelopeMediaType,
  payloadMediaType,
  signatureAnnotation,
  signedPayload,
} from '../supply-chain/artifact';
import { envelope } from '../supply-chain/dsse';
import { ArtifactRepository } from '../supply-chain/repository';
import { SigningKey } from '../supply-chain/signing-key';
import { contents, provenance } from '../supply-chain/statements';
import { builtImages } from './built-images';
import { needed, program, type Work } from './program';

/**
 * Signs the images that this execution built, and attests from what and by whom they were built and what is in them. Signs nothing else: what
 * was in the registry before has its signature already, or is built anew.
 */
export const attest: Work = async ({ variables, directory, say }) => {
  const key = new SigningKey(new KMSClient({}), needed(variables, 'SIGNING_KEY_ARN'));
  const ecr = new ECRClient({});
  for (const { service, tag, digest, image, built } of builtImages(needed(variables, 'BUILT_IMAGES'))) {
    if (!built) {
      say(`${service} ${digest} was signed when it was built`);
      continue;
    }
    const repository = new ArtifactRepository(ecr, service);
    const found = await repository.find(tag);
    if (found?.digest !== digest)
      throw new Error(`${service}: ${tag} names ${found?.digest ?? 'nothing'}, and ${digest} was built`);
    const { manifest: _, ...subject } = found;
    const file = (...path: string[]) => readFileSync(join(directory, ...path), 'utf8');
    const about = {
      ...{ image, digest, service, tag },
      repository: needed(variables, 'REPOSITORY'),
      commit: needed(variables, 'COMMIT_ID'),
      builder: needed(variables, 'PIPELINE_ARN'),
      execution: needed(variables, 'PIPELINE_EXECUTION_ID'),
      finished: new Date().toISOString(),
      dockerfile: file('images', service, 'Dockerfile'),
    };
    const statements = [provenance(about), contents(about, JSON.parse(file('sbom', `${service}.json`)))];
    const layers = statements.map(async (statement) => ({
      mediaType: envelopeMediaType,
      content: await envelope(statement, key.sign),
      annotations: { [signatureAnnotation]: '', predicateType: statement.predicateType },
    }));
    await repository.put(attestationTag(digest), artifact(await Promise.all(layers), subject));
    const content = signedPayload(image, digest);
    const signature = (await key.sign(content)).toString('base64');
    const annotations = { [signatureAnnotation]: signature };
    // The signature comes last: what has it has everything.
    await repository.put(
      signatureTag(digest),
      artifact([{ mediaType: payloadMediaType, content, annotations }], subject),
    );
    say(`${service} ${digest} is signed`);
  }
};

program(module, attest);
