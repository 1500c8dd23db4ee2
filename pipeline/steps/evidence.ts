import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { type EvidenceFile, evidenceKey, promotedKey } from '../../declarations/evidence';
import { pipelineName } from '../../declarations/names';
import type { StageTarget } from './stage-target';

/** Any execution, in a key. */
const anyExecution = '*';

/** Variables by which a step's program finds where evidence is kept. */
export const evidenceVariables = ({ system, evidence, previous }: StageTarget): Record<string, string> => ({
  EVIDENCE_BUCKET: evidence.bucketName,
  PIPELINE: pipelineName(system),
  ...(previous && { PREVIOUS_STAGE: previous.name }),
});

/** What a step does with the evidence of its stage. */
export interface EvidenceUse {
  writes: [EvidenceFile, ...EvidenceFile[]];
  /** @default none */
  reads?: EvidenceFile[];
  /** Of the stage before, in the same execution. @default none */
  readsPrevious?: EvidenceFile[];
  /** The stage's newest promotion. @default neither */
  promoted?: 'reads' | 'writes';
}

/**
 * Lets the step's role write and read these files and no others. Nobody is given deletion. Source of the key's actions: AWS, "Using
 * server-side encryption with AWS KMS keys (SSE-KMS)".
 */
export function usesEvidence(role: Role, target: StageTarget, use: EvidenceUse): Role {
  const { system, environment, evidence, previous } = target;
  const files = (stage: string, names: EvidenceFile[] = []) =>
    names.map((file) => evidence.arnForObjects(evidenceKey(system.name, stage, anyExecution, file)));
  const newest = evidence.arnForObjects(promotedKey(system.name, environment.name));
  const written = [...files(environment.name, use.writes), ...(use.promoted === 'writes' ? [newest] : [])];
  const read = [
    ...files(environment.name, use.reads),
    ...(previous ? files(previous.name, use.readsPrevious) : []),
    ...(use.promoted === 'reads' ? [newest] : []),
  ];
  const allow = (actions: string[], resources: string[]) =>
    role.addToPolicy(new PolicyStatement({ actions, resources }));
  const key = [evidence.key.keyArn];
  allow(['s3:PutObject'], written);
  if (read.length) allow(['s3:GetObject'], read);
  allow(['kms:GenerateDataKey'], key);
  if (read.length) allow(['kms:Decrypt'], key);
  return role;
}

/** Lets the step's role read what CodePipeline recorded of the execution. */
export function readsHistory(role: Role, { scope, system }: StageTarget): Role {
  const pipeline = Stack.of(scope).formatArn({ service: 'codepipeline', resource: pipelineName(system) });
  role.addToPolicy(new PolicyStatement({ actions: ['codepipeline:ListActionExecutions'], resources: [pipeline] }));
  return role;
}
