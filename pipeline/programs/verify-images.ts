import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { KMSClient } from '@aws-sdk/client-kms';
import { imageTag } from '../../declarations/image';
import { attestationTag, signatureTag } from '../../declarations/registry';
import { acceptedFindings } from '../../stages/accepted-findings';
import { checkedEntries, judgeFindings } from '../supply-chain/findings';
import { ArtifactRepository } from '../supply-chain/repository';
import { findingsOf } from '../supply-chain/scan';
import { SigningKey } from '../supply-chain/signing-key';
import { objections } from '../supply-chain/verify';
import { needed, program, Refusal, seconds, type Work } from './program';

/** Refuses to deliver an image that the pipeline did not sign, that is not what it attested, or that has a critical finding. Changes nothing. */
export const verifyImages =
  (entries = acceptedFindings): Work =>
  async ({ variables, directory, say }) => {
    const accepted = checkedEntries(entries);
    const isSigned = await new SigningKey(new KMSClient({}), needed(variables, 'SIGNING_KEY_ARN')).verifier();
    const ecr = new ECRClient({});
    const today = new Date().toISOString().slice(0, 10);
    const patience = {
      seconds: seconds(variables, 'PATIENCE_SECONDS', 600),
      poll: seconds(variables, 'POLL_SECONDS', 5),
    };
    const refused: string[] = [];
    for (const service of readdirSync(join(directory, 'images')).sort()) {
      const tag = imageTag(join(directory, 'images', service));
      const repository = new ArtifactRepository(ecr, service);
      const digest = (await repository.find(tag))?.digest;
      if (!digest) {
        refused.push(
          `${service}: the registry has no image ${tag}. Start the pipeline anew: it builds what is missing`,
        );
        continue;
      }
      const wanted = { service, tag, digest, builder: needed(variables, 'PIPELINE_ARN') };
      const [signatures, attestations] = await Promise.all([
        repository.layers(signatureTag(digest)),
        repository.layers(attestationTag(digest)),
      ]);
      const found = judgeFindings(service, await findingsOf(ecr, service, digest, patience), accepted, today);
      found.accepted.forEach(say);
      const against = [...objections(wanted, signatures, attestations, isSigned), ...found.refused];
      if (!against.length)
        say(`${service} ${digest} is signed and attested, and no critical finding speaks against it`);
      refused.push(...against);
    }
    if (refused.length)
      throw new Refusal([...refused, 'Nothing is delivered. docs/supply-chain.md says what to do.'].join('\n'));
  };

program(module, verifyImages());
