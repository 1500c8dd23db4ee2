/** Images that each repository keeps. */
export const keptImages = 10;

/** Manifests that a repository holds for each image: the image, its signature, its attestations. ECR's lifecycle counts each of them. */
export const manifestsOfImage = 3;

/** Begins the tags that images have, beside their content hash, while an environment runs them. The registry expires no such image. */
export const runningPrefix = 'running-';

/** Begins those of one environment. */
export const runningIn = (environment: string) => `${runningPrefix}${environment}-`;

/** Begins the tags of signatures and attestations. */
export const artifactPrefix = 'sha256-';

/** Where cosign looks for an image's signature. Source: sigstore/cosign, specs/SIGNATURE_SPEC.md, "Tag-based discovery". */
export const signatureTag = (digest: string) => `${digest.replace(':', '-')}.sig`;

/** Where cosign looks for an image's attestations. Source: sigstore/cosign, specs/ATTESTATION_SPEC.md. */
export const attestationTag = (digest: string) => `${digest.replace(':', '-')}.att`;
