/** Images that each repository keeps. */
export const keptImages = 10;

/** Begins the tag that an image is built by. Signatures and attestations beside it have none: the registry's lifecycle counts images alone. */
export const contentPrefix = 'content-';

/** Begins the tags that images have, beside the one they were built by, while an environment runs them. The registry expires no such image. */
export const runningPrefix = 'running-';

/** Begins those of one environment. */
export const runningIn = (environment: string) => `${runningPrefix}${environment}-`;

/** Where cosign looks for an image's signature. Source: sigstore/cosign, specs/SIGNATURE_SPEC.md, "Tag-based discovery". */
export const signatureTag = (digest: string) => `${digest.replace(':', '-')}.sig`;

/** Where cosign looks for an image's attestations. Source: sigstore/cosign, specs/ATTESTATION_SPEC.md. */
export const attestationTag = (digest: string) => `${digest.replace(':', '-')}.att`;
