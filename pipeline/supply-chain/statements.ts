// What is attested of an image.

/** An in-toto statement. Source: in-toto/attestation, spec/v1/statement.md. */
export interface Statement<Predicate = unknown> {
  _type: typeof statementType;
  subject: { name: string; digest: { sha256: string } }[];
  predicateType: string;
  predicate: Predicate;
}
const statementType = 'https://in-toto.io/Statement/v1';

/** Source: slsa.dev, "Provenance", version 1. */
export const provenanceType = 'https://slsa.dev/provenance/v1';
/** Source: in-toto/attestation, spec/predicates/cyclonedx.md. */
export const sbomType = 'https://cyclonedx.org/bom';
/** How images are made: docs/supply-chain.md says what the parameters mean. */
export const buildType = 'urn:payment-delivery:image-from-context:v1';

/** The parts of SLSA's provenance that are told. */
export interface Provenance {
  buildDefinition: {
    buildType: string;
    externalParameters: { repository: string; commit: string; service: string; tag: string };
    internalParameters: { execution: string };
    resolvedDependencies: { uri: string; digest: Record<string, string> }[];
  };
  runDetails: { builder: { id: string }; metadata: { invocationId: string; finishedOn: string } };
}

export interface Built {
  /** Of the image: {registry}/{repository}. */
  image: string;
  digest: string;
  service: string;
  /** Hash of its build context. */
  tag: string;
  /** Address of the source, and what was checked out. */
  repository: string;
  commit: string;
  /** ARN of the pipeline. */
  builder: string;
  execution: string;
  finished: string;
  /** The Dockerfile that it is made from. */
  dockerfile: string;
}

/** Who made the image of what. */
export function provenance(built: Built): Statement<Provenance> {
  const { service, tag, repository, commit, builder, execution, finished } = built;
  return statement<Provenance>(built, provenanceType, {
    buildDefinition: {
      buildType,
      externalParameters: { repository, commit, service, tag },
      internalParameters: { execution },
      resolvedDependencies: [
        { uri: `git+${repository}`, digest: { gitCommit: commit } },
        ...baseImages(built.dockerfile).map(({ reference, sha256 }) => ({
          uri: `docker://${reference}`,
          digest: { sha256 },
        })),
      ],
    },
    runDetails: { builder: { id: builder }, metadata: { invocationId: execution, finishedOn: finished } },
  });
}

/** What the image is made of. */
export const contents = (built: Pick<Built, 'image' | 'digest'>, sbom: unknown): Statement =>
  statement(built, sbomType, sbom);

const statement = <P>(
  { image, digest }: Pick<Built, 'image' | 'digest'>,
  predicateType: string,
  predicate: P,
): Statement<P> => ({
  _type: statementType,
  subject: [{ name: image, digest: { sha256: digest.replace('sha256:', '') } }],
  predicateType,
  predicate,
});

/** What a Dockerfile is based on. Throws where that is not by digest. */
export function baseImages(dockerfile: string): { reference: string; sha256: string }[] {
  const from = [...dockerfile.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, reference]) => reference!);
  return from.map((reference) => {
    const sha256 = /@sha256:([0-9a-f]{64})$/.exec(reference)?.[1];
    if (sha256) return { reference, sha256 };
    throw new Error(`The base image ${reference} is not named by digest: write FROM ${reference}@sha256:…`);
  });
}
