import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { type Evidence, evidenceKey, promotedKey, readEvidence } from '../../declarations/evidence';
import { imageTag } from '../../declarations/image';
import { EvidenceStore } from '../../promotion/evidence/store';
import { openSession } from '../../promotion/session';
import { stageNamed } from '../../promotion/stage';
import { type Changes, report, type ServiceChange, summary } from './changes-report';
import { needed, program, type Work } from './program';
import { stackChange } from './stack-changes';
import { synthesizedTemplates } from './synthesized-stacks';
import type { Template } from './template';

/** Has what the step exports as CHANGES. */
const summaryFile = 'changes.txt';

/**
 * Tells what delivering the assembly to STAGE would change: images, and what templates let happen. The whole is kept beside the stage's evidence,
 * and a summary is left for the approval. Changes nothing.
 */
export const changes: Work = async ({ variables, directory, say }) => {
  const { system, environment } = stageNamed(needed(variables, 'STAGE'), needed(variables, 'SYSTEM'));
  const session = openSession(needed(variables, 'STAGE_REGION'), variables.STAGE_ROLE_ARN, 'changes');
  const cloudFormation = new CloudFormationClient(session);
  const store = new EvidenceStore(new S3Client({}), needed(variables, 'EVIDENCE_BUCKET'));
  const execution = needed(variables, 'PIPELINE_EXECUTION_ID');
  const evidenceAt = async (key: string) => {
    const text = await store.find(key);
    return text === undefined ? undefined : readEvidence(text, store.uri(key));
  };
  const before = await evidenceAt(promotedKey(system.name, environment.name));
  const templates = [...synthesizedTemplates(directory, needed(variables, 'STACKS').split(' '))];
  const key = evidenceKey(system.name, environment.name, execution, 'changes.md');
  const told: Changes = {
    system: system.name,
    stage: environment.name,
    account: environment.account,
    region: environment.region,
    commit: needed(variables, 'COMMIT_ID'),
    commitBefore: before?.commit,
    services: serviceChanges(directory, variables.IMAGE_DIGESTS, before),
    stacks: await Promise.all(
      templates.map(async ([name, wanted]) => stackChange(name, await deployed(cloudFormation, name), wanted)),
    ),
    previous: await previous(),
    uri: store.uri(key),
  };
  const text = report(told);
  await store.put(key, text);
  writeFileSync(join(directory, summaryFile), summary(told));
  say(text);

  async function previous(): Promise<Changes['previous']> {
    if (!variables.PREVIOUS_STAGE) return undefined;
    const where = evidenceKey(system.name, variables.PREVIOUS_STAGE, execution, 'release-evidence.json');
    const evidence = await evidenceAt(where);
    return evidence && { evidence, uri: store.uri(where) };
  }
};

/** @param digests `service@digest`, one after the other, or a sentence where there are too many */
function serviceChanges(directory: string, digests = '', before?: Evidence): ServiceChange[] {
  const known = new Map(digests.split(' ').map((text) => text.split('@') as [string, string]));
  return readdirSync(join(directory, 'images'))
    .sort()
    .map((name) => {
      const was = before?.services.find((service) => service.name === name);
      return {
        name,
        before: was && { tag: was.tag, digest: was.digest ?? undefined },
        after: { tag: imageTag(join(directory, 'images', name)), digest: known.get(name) },
      };
    });
}

async function deployed(client: CloudFormationClient, StackName: string): Promise<Template | undefined> {
  try {
    const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName, TemplateStage: 'Original' }));
    return TemplateBody ? (JSON.parse(TemplateBody) as Template) : undefined;
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
}

program(module, changes);
