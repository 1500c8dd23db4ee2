// Signatures and attestations as cosign stores them: OCI images whose layers are the documents.
import { createHash } from 'node:crypto';

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  annotations?: Record<string, string>;
}
/** A document with what its descriptor tells. */
export interface Layer {
  mediaType: string;
  content: Buffer;
  annotations: Record<string, string>;
}
export interface Artifact {
  manifest: string;
  /** What the manifest refers to. */
  blobs: Buffer[];
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
/** Source: sigstore/cosign, specs/SIGNATURE_SPEC.md, "Storage". */
export const signatureAnnotation = 'dev.cosignproject.cosign/signature';
export const payloadMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
/** Source: sigstore/cosign, specs/ATTESTATION_SPEC.md. */
export const envelopeMediaType = 'application/vnd.dsse.envelope.v1+json';

export const digestOf = (content: Buffer | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/**
 * An OCI image of these layers. It names the image that it is about as its subject, too: ECR deletes such an artifact within 24 hours
 * after its subject. Sources: OCI image specification 1.1, manifest.md; Amazon ECR User Guide, "Signing an image".
 */
export function artifact(layers: Layer[], subject: Descriptor): Artifact {
  const described = layers.map(({ mediaType, content, annotations }) => ({
    ...descriptor(mediaType, content),
    annotations,
  }));
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      os: '',
      config: {},
      rootfs: { type: 'layers', diff_ids: described.map(({ digest }) => digest) },
    }),
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor(configType, config),
    layers: described,
    subject,
  };
  return { manifest: JSON.stringify(manifest), blobs: [config, ...layers.map(({ content }) => content)] };
}

const descriptor = (mediaType: string, content: Buffer): Descriptor => ({
  mediaType,
  digest: digestOf(content),
  size: content.length,
});

/** The signed claim about an image. Source: sigstore/cosign, specs/SIGNATURE_SPEC.md, "Simple Signing". */
export const signedPayload = (image: string, digest: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': image },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
