import { holdingOf, scanFindings, sha256, type Holding, type StoredImage } from '../../cloud/services/ecr';
import type { Fault, Seed } from '../fault';

const repository = 'payment-api';

/** The image that is being delivered: the newest by a tag that says what it was built of. */
function delivered({ images }: Holding): { image: StoredImage; tag: string } {
  const tagOf = ({ tags }: StoredImage) => [...tags].find((tag) => tag.startsWith('content-'));
  const image = [...images.values()].filter(tagOf).sort((a, b) => Number(b.pushed) - Number(a.pushed))[0];
  if (!image) throw new Error(`${repository} has no image to seed the fault in`);
  return { image, tag: tagOf(image)! };
}

/** The signature or the attestations of a digest. */
function about({ images }: Holding, digest: string, kind: 'sig' | 'att'): { artifact: StoredImage; tag: string } {
  const tag = `${digest.replace(':', '-')}.${kind}`;
  const artifact = [...images.values()].find(({ tags }) => tags.has(tag));
  if (!artifact) throw new Error(`${repository} has no ${tag} to seed the fault in`);
  return { artifact, tag };
}

const criticalFinding: Seed = ({ tooling }) => {
  const finding = { name: 'CVE-2026-31337', severity: 'CRITICAL' as const, description: 'Anybody may do anything.' };
  scanFindings(tooling).set(repository, [finding]);
  return () => void scanFindings(tooling).delete(repository);
};

const unsigned: Seed = ({ tooling }) => {
  const holding = holdingOf(tooling, repository);
  const { artifact, tag } = about(holding, delivered(holding).image.digest, 'sig');
  artifact.tags.delete(tag);
  return () => void artifact.tags.add(tag);
};

/** Somebody lets the tag be moved, pushes another image by it, and gives that the good one's signature and attestations. */
const otherDigest: Seed = ({ tooling }) => {
  const holding = holdingOf(tooling, repository);
  const { image, tag } = delivered(holding);
  const manifest = JSON.stringify({ ...JSON.parse(image.manifest), annotations: { by: 'somebody else' } });
  const other = { ...image, manifest, digest: sha256(manifest), tags: new Set([tag]) };
  const copies = (['sig', 'att'] as const).map((kind) => ({
    ...about(holding, image.digest, kind),
    copied: `${other.digest.replace(':', '-')}.${kind}`,
  }));
  image.tags.delete(tag);
  holding.images.set(other.digest, other);
  for (const { artifact, copied } of copies) artifact.tags.add(copied);
  return () => {
    for (const { artifact, copied } of copies) artifact.tags.delete(copied);
    holding.images.delete(other.digest);
    image.tags.add(tag);
  };
};

/** What the delivery pushed is there by then. */
const seededAt = 'verify-images';

export const supplyChain: Fault[] = [
  {
    name: 'critical-finding',
    fault: "the scan finds something critical in a service's image, and no entry accepts it",
    seed: criticalFinding,
    seededAt,
    caughtBy: { action: seededAt, says: /payment-api: the scan found CVE-2026-31337, which is critical/ },
  },
  {
    name: 'unsigned-digest',
    fault: "a service's image has no signature",
    seed: unsigned,
    seededAt,
    caughtBy: { action: seededAt, says: /payment-api: sha256:\w{64} is not signed with the key of the pipeline/ },
  },
  {
    name: 'digest-differs-from-attested',
    fault: "a service's tag names another image than the one that was attested",
    seed: otherDigest,
    seededAt,
    caughtBy: { action: seededAt, says: /payment-api: sha256:\w{64} is not what was attested/ },
  },
];
