// Whether an image is what the pipeline built and signed: a decision over what the registry holds.
import { envelopeMediaType, type Layer, payloadMediaType, signatureAnnotation } from './artifact';
import { openEnvelope } from './dsse';
import { type Provenance, provenanceType, sbomType, type Statement } from './statements';

/** What is to be delivered. */
export interface Wanted {
  service: string;
  /** Hash of the build context. */
  tag: string;
  /** What the tag names in the registry. */
  digest: string;
  /** ARN of the pipeline that has to have built it. */
  builder: string;
}
export type IsSigned = (bytes: Buffer, signature: Buffer) => boolean;

/** Why the image may not be delivered; empty where it may. */
export function objections(wanted: Wanted, signatures: Layer[], attestations: Layer[], isSigned: IsSigned): string[] {
  const { service, digest } = wanted;
  const because = (why: string) => `${service}: ${digest} ${why}`;
  const signed = signatures.filter((layer) => isSignature(layer, isSigned)).map(({ content }) => digestIn(content));
  const unsigned = signed.length
    ? `is not what was signed: the signature is of ${signed.join(', ')}`
    : 'is not signed with the key of the pipeline';
  const statements = attestations.flatMap((layer) => statementIn(layer, isSigned));
  const unattested = [provenanceType, sbomType].flatMap((type) => {
    const told = statements.find(({ predicateType }) => predicateType === type);
    return told ? contradictions(wanted, told) : [`has no signed attestation of the type ${type}`];
  });
  return [...(signed.includes(digest) ? [] : [unsigned]), ...unattested].map(because);
}

function isSignature({ mediaType, content, annotations }: Layer, isSigned: IsSigned): boolean {
  const signature = annotations[signatureAnnotation];
  return mediaType === payloadMediaType && !!signature && isSigned(content, Buffer.from(signature, 'base64'));
}

const digestIn = (payload: Buffer): string => JSON.parse(payload.toString()).critical.image['docker-manifest-digest'];

function statementIn({ mediaType, content }: Layer, isSigned: IsSigned): Statement[] {
  if (mediaType !== envelopeMediaType) return [];
  try {
    return [openEnvelope(content, isSigned) as Statement];
  } catch {
    return [];
  }
}

function contradictions(
  { service, tag, digest, builder }: Wanted,
  { subject, predicateType, predicate }: Statement,
): string[] {
  const attested = subject.map((one) => `sha256:${one.digest.sha256}`);
  if (!attested.includes(digest)) return [`is not what was attested: ${predicateType} is about ${attested.join(', ')}`];
  if (predicateType !== provenanceType) return [];
  const { buildDefinition, runDetails } = predicate as Provenance;
  const { externalParameters: of } = buildDefinition;
  return [
    ...(runDetails.builder.id === builder ? [] : [`was built by ${runDetails.builder.id}, not by ${builder}`]),
    ...(of.service === service && of.tag === tag
      ? []
      : [`was built from ${of.service} ${of.tag}, and ${service} ${tag} is to be delivered`]),
  ];
}
