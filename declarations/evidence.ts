import { z } from 'zod';

const time = z.iso.datetime();
/** Of an image, as the registry and ECS tell it. */
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "a digest looks like 'sha256:…', with 64 hexadecimal digits");

const service = z.strictObject({
  name: z.string().min(1),
  release: z.enum(['BLUE_GREEN', 'ROLLING']),
  /** Hash of the image's build context: its tag in the registry. */
  tag: z.string().min(1),
  /** What the tasks of the new revision run; null where no task of it was started. */
  digest: digest.nullable(),
  /** The new revision's ARN. */
  taskDefinition: z.string().min(1),
  /** CodeDeploy's deployment of the revision. Null where there was none: ECS made the first one itself, rolls the service, or the revision served already. */
  deployment: z
    .strictObject({
      id: z.string().min(1),
      /** As CodeDeploy says: Succeeded, Stopped, Failed. */
      status: z.string().min(1),
      started: time,
      ended: time.nullable(),
      /** Deployment that took it back. */
      rollback: z.string().min(1).nullable(),
    })
    .nullable(),
});

const check = z.strictObject({
  suite: z.string(),
  name: z.string().min(1),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  seconds: z.number().min(0),
  /** The failure's first lines. */
  message: z.string().optional(),
});

const step = z.strictObject({
  name: z.string().min(1),
  /** As CodePipeline says; InProgress for the step that wrote this. */
  status: z.enum(['InProgress', 'Succeeded', 'Failed', 'Abandoned']),
  started: time,
  ended: time.nullable(),
});

const approval = z.strictObject({
  /** ARN of whoever approved; null where CodePipeline does not tell. */
  by: z.string().nullable(),
  at: time,
  comment: z.string(),
});

const evidence = z
  .strictObject({
    schema: z.literal(1),
    system: z.string().min(1),
    stage: z.string().min(1),
    account: z.string().regex(/^\d{12}$/, 'an AWS account number has 12 digits'),
    region: z.string().min(1),
    pipeline: z.string().min(1),
    /** Id of the pipeline's execution. */
    execution: z.string().min(1),
    commit: z.string().min(1),
    /** promoted: production traffic reaches what is told here. refused: it does not, and what was promoted before serves. */
    outcome: z.enum(['promoted', 'refused']),
    /** Why it was refused, and by which step. Null where it was promoted. */
    refusal: z.strictObject({ step: z.string().min(1), reasons: z.array(z.string()).min(1) }).nullable(),
    services: z.array(service).min(1),
    checks: z.array(check),
    /** Null where the environment asks nobody. */
    approval: approval.nullable(),
    /** Where a person went back to this release: who, why, and from which execution. Absent where the pipeline delivered it. */
    rollback: z.strictObject({ by: z.string().min(1), reason: z.string().min(1), from: z.string().min(1) }).optional(),
    /** Actions of the stage in this execution, in the order of their start. */
    steps: z.array(step),
    written: time,
  })
  .refine(({ outcome, refusal }) => (outcome === 'refused') === (refusal !== null), {
    error: 'what was refused has a reason, and nothing else has one',
    path: ['refusal'],
  });

/** What a stage's release was: written once for each execution that reaches the release, whatever became of it. */
export type Evidence = z.infer<typeof evidence>;
export type ServiceEvidence = Evidence['services'][number];
export type CheckEvidence = Evidence['checks'][number];
export type StepEvidence = Evidence['steps'][number];

/** Of evidence's values: as a document, with a line's end. Throws where a field is wrong. */
export const writeEvidence = (value: Evidence): string => `${JSON.stringify(checked(value, 'It'), null, 2)}\n`;

/**
 * Reads a release-evidence.json. Throws an error that names each wrong field.
 * @param where it lies, for the error
 */
export function readEvidence(text: string, where: string): Evidence {
  try {
    return checked(JSON.parse(text), where);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`${where} is no JSON: ${error.message}`, { cause: error });
  }
}

function checked(value: unknown, where: string): Evidence {
  const parsed = evidence.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${where} is no release evidence:\n${z.prettifyError(parsed.error)}`);
}

/** Output of the pipeline's stack, {prefix}-delivery, that tells the bucket's name. */
export const evidenceOutput = 'EvidenceBucketName';

/** Of one stage: begins the keys of all that is kept about it. */
export const evidencePrefix = (system: string, stage: string) => `${system}/${stage}/`;

/** What may be kept about one execution of a stage: its evidence, the live checks' JUnit, and what the approval told of changes. */
export type EvidenceFile = 'release-evidence.json' | 'checks.xml' | 'changes.md';

/** Key of a file about one execution. */
export const evidenceKey = (system: string, stage: string, execution: string, file: EvidenceFile) =>
  `${evidencePrefix(system, stage)}${execution}/${file}`;

/** Key of what a person wrote down before acting by hand. */
export const breakGlassKey = (system: string, stage: string, id: string) =>
  `${evidencePrefix(system, stage)}${id}/break-glass.json`;

/**
 * Key of the evidence that was promoted last. Each promotion writes a whole copy of its release-evidence.json there, so the object's
 * versions, newest first, are the stage's good releases.
 */
export const promotedKey = (system: string, stage: string) => `${evidencePrefix(system, stage)}promoted.json`;
