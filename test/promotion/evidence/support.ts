import { ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { CodePipelineClient, ListActionExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { type Evidence, evidenceKey, readEvidence, writeEvidence } from '../../../declarations/evidence';
import { digestOf, promotedEvidence } from '../../declarations/evidence-support';
import { api, fraud, mockCloud, revisionOf, work } from '../support';

export const target = { bucket: 'evidence', pipeline: 'payment-delivery', execution: 'e-1', previous: undefined };
export const evidenceOf = (stage: string) => evidenceKey('payment-platform', stage, 'e-1', 'release-evidence.json');
export const checksKey = evidenceKey('payment-platform', 'dev', 'e-1', 'checks.xml');
export const digests = { api: digestOf('a'), fraud: digestOf('b') };
const time = new Date(Date.UTC(2026, 0, 1));

/** A bucket in memory, a pipeline's history, and tasks that run the new revisions. */
export function mockEvidence() {
  const cloud = mockCloud();
  const s3 = mockClient(S3Client);
  const pipeline = mockClient(CodePipelineClient);
  const objects = new Map<string, string>();
  const types = new Map<string, string>();
  s3.on(PutObjectCommand).callsFake(({ Bucket, Key, Body, ContentType }) => {
    objects.set(`${Bucket}/${Key}`, Body);
    types.set(Key, ContentType);
    return {};
  });
  s3.on(GetObjectCommand).callsFake(({ Bucket, Key }) => {
    const text = objects.get(`${Bucket}/${Key}`);
    if (text === undefined) throw new NoSuchKey({ message: 'no such key', $metadata: {} });
    return { Body: { transformToString: async () => text } };
  });
  pipeline.on(ListActionExecutionsCommand).resolves({
    actionExecutionDetails: [
      { stageName: 'dev', actionName: 'promotion', status: 'InProgress', startTime: time, lastUpdateTime: time },
      { stageName: 'dev', actionName: 'release', status: 'Succeeded', startTime: new Date(0), lastUpdateTime: time },
    ],
  });
  cloud.outputs('payment-fraud-detection-dev', { TaskDefinitionArn: fraud.new, ImageTag: 'tag-of-fraud' });
  cloud.outputs('payment-payment-api-dev', {
    TaskDefinitionArn: api.new,
    ImageTag: 'tag-of-api',
    DeploymentApplicationName: 'payment-dev',
    DeploymentGroupName: 'payment-api-dg-dev',
    BlueTargetGroupArn: 'arn:blue',
    GreenTargetGroupArn: 'arn:green',
    ProductionRuleArn: 'arn:rule',
  });
  return {
    ...cloud,
    s3,
    pipeline,
    objects,
    types,
    /** Running tasks of a service, each with its digest. */
    tasks(service: 'payment-api' | 'fraud-detection', ...found: string[]) {
      const revision = service === 'payment-api' ? api.new : fraud.new;
      const arns = found.map((_, i) => `arn:task/${service}/${i}`);
      const request = { serviceName: `${service}-dev`, desiredStatus: 'RUNNING' as const };
      cloud.ecs.on(ListTasksCommand, request).resolves({ taskArns: arns });
      cloud.ecs.on(DescribeTasksCommand, { tasks: arns }).resolves({
        tasks: found.map((imageDigest) => ({
          taskDefinitionArn: revision,
          containers: [{ name: service, imageDigest }],
        })),
      });
    },
    /** Deployments of payment-api's group, newest first: their ids and revisions. */
    deployments(...found: [string, string][]) {
      cloud.codeDeploy.on(ListDeploymentsCommand).resolves({ deployments: found.map(([id]) => id) });
      for (const [id, revision] of found) {
        cloud.deployment(id, {
          status: 'Succeeded',
          createTime: time,
          completeTime: time,
          revision: revisionOf(revision),
        });
      }
    },
    /** What the stage before left. */
    before(changes: Partial<Evidence> = {}) {
      const services = [
        { ...promotedEvidence.services[0]!, digest: digests.api },
        { ...promotedEvidence.services[1]!, digest: digests.fraud },
      ];
      objects.set(
        `evidence/${evidenceOf('test')}`,
        writeEvidence({ ...promotedEvidence, stage: 'test', services, ...changes }),
      );
    },
    written: (stage = 'dev') => readEvidence(objects.get(`evidence/${evidenceOf(stage)}`)!, stage),
    restore() {
      cloud.restore();
      s3.restore();
      pipeline.restore();
    },
  };
}

/** Work of a pipeline's step in dev. */
export function step(previous?: string) {
  const evidence = { ...target, previous };
  return { ...work({ evidence }), evidence };
}
