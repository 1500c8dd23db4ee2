import type { Variables } from '../arguments';

/** Where evidence of this pipeline execution is kept. */
export interface EvidenceTarget {
  bucket: string;
  pipeline: string;
  execution: string;
  /** Environment that the same execution was delivered to before this one. */
  previous?: string;
}

/** What the pipeline's step tells; undefined where a person runs the program, and nothing is kept. Throws where a part is missing. */
export function evidenceTarget(variables: Variables): EvidenceTarget | undefined {
  const { EVIDENCE_BUCKET: bucket, PIPELINE: pipeline, PIPELINE_EXECUTION_ID: execution, PREVIOUS_STAGE } = variables;
  if (!bucket) return undefined;
  if (!pipeline || !execution)
    throw new Error('EVIDENCE_BUCKET is set without PIPELINE and PIPELINE_EXECUTION_ID: the pipeline sets all three');
  return { bucket, pipeline, execution, previous: PREVIOUS_STAGE };
}
