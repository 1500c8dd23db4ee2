import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListActionExecutionsCommand } from '@aws-sdk/client-codepipeline';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { junitXml } from '../../../integration-tests/runner/junit';
import { recordChecks } from '../../../promotion/evidence/checks';
import { isRecorded, promoteOnRecord, releaseOnRecord } from '../../../promotion/evidence/on-record';
import { record } from '../../../promotion/evidence/record';
import { promote } from '../../../promotion/promote';
import { release } from '../../../promotion/release';
import { stop } from '../../../promotion/stop';
import { digestOf } from '../../declarations/evidence-support';
import { api, fraud, revisionOf, work } from '../support';
import { checksKey, digests, evidenceOf, mockEvidence, step } from './support';

jest.mock('../../../promotion/promote', () => ({ promote: jest.fn() }));
jest.mock('../../../promotion/release', () => ({ release: jest.fn() }));
jest.mock('../../../promotion/stop', () => ({ stop: jest.fn().mockResolvedValue(true) }));

const folder = mkdtempSync(join(tmpdir(), 'evidence-'));
const check = { path: ['logs', 'are kept'], seconds: 1, failures: [] as string[], skipped: false };
const passed = junitXml([check]);
const failed = junitXml([check, { ...check, path: ['alarms', 'are there'], failures: ['no alarm\nat all'] }]);

let cloud: ReturnType<typeof mockEvidence>;
beforeEach(() => {
  cloud = mockEvidence();
  cloud.tasks('payment-api', digests.api, digests.api);
  cloud.tasks('fraud-detection', digests.fraud);
  cloud.objects.set(`evidence/${checksKey}`, passed);
  jest.mocked(promote).mockReset().mockResolvedValue(true);
  jest.mocked(stop).mockClear();
});
afterEach(() => cloud.restore());
afterAll(() => rmSync(folder, { recursive: true }));

describe('evidence', () => {
  test('tells commit, place, services, checks and steps; a promotion is also the newest of its stage', async () => {
    cloud.deployments(['d-OTHER', api.old], ['d-OURS', api.new]);
    const run = step();
    await record(run);
    expect(cloud.written()).toMatchObject({
      ...{ system: 'payment-platform', stage: 'dev', account: '222222222222', region: 'us-east-1' },
      ...{ pipeline: 'payment-delivery', execution: 'e-1', commit: 'c0ffee' },
      ...{ outcome: 'promoted', refusal: null, approval: null },
      services: [
        {
          ...{ name: 'payment-api', release: 'BLUE_GREEN', tag: 'tag-of-api', digest: digests.api },
          taskDefinition: api.new,
          deployment: { id: 'd-OURS', status: 'Succeeded', ended: '2026-01-01T00:00:00.000Z', rollback: null },
        },
        {
          ...{ name: 'fraud-detection', release: 'ROLLING', tag: 'tag-of-fraud', digest: digests.fraud },
          ...{ taskDefinition: fraud.new, deployment: null },
        },
      ],
      checks: [{ suite: 'logs', name: 'are kept', outcome: 'passed' }],
      steps: [{ name: 'release' }, { name: 'promotion', status: 'InProgress', ended: null }],
    });
    expect(cloud.objects.get('evidence/payment-platform/dev/promoted.json')).toBe(
      cloud.objects.get(`evidence/${evidenceOf('dev')}`),
    );
    expect(cloud.types.get(evidenceOf('dev'))).toBe('application/json; charset=utf-8');
    expect(run.lines).toEqual([`Evidence: s3://evidence/${evidenceOf('dev')}`]);
    const [history] = cloud.pipeline.commandCalls(ListActionExecutionsCommand);
    expect(history!.args[0].input).toMatchObject({
      ...{ pipelineName: 'payment-delivery', filter: { pipelineExecutionId: 'e-1' } },
    });
  });

  test('has no deployment where ECS started the revision itself, and no end where CodeDeploy is at it', async () => {
    await record(step());
    expect(cloud.written().services[0]!.deployment).toBeNull();
    cloud.deployments(['d-1', api.new]);
    const rollbackInfo = { rollbackDeploymentId: 'd-2' };
    const stopped = {
      status: 'Stopped' as const,
      createTime: new Date(0),
      revision: revisionOf(api.new),
      rollbackInfo,
    };
    cloud.deployment('d-1', stopped);
    await record(step());
    expect(cloud.written().services[0]!.deployment).toMatchObject({ status: 'Stopped', ended: null, rollback: 'd-2' });
  });
  test('knows the digest of tasks that have ended, and none where tasks disagree or never were', async () => {
    cloud.tasks('payment-api');
    cloud.tasks('fraud-detection', digests.fraud, digestOf('c'));
    cloud.ecs
      .on(ListTasksCommand, { serviceName: 'payment-api-dev', desiredStatus: 'STOPPED' })
      .resolves({ taskArns: ['arn:ended'] });
    const containers = [{ name: 'payment-api', imageDigest: digests.api }];
    cloud.ecs
      .on(DescribeTasksCommand, { tasks: ['arn:ended'] })
      .resolves({ tasks: [{ taskDefinitionArn: api.new, containers }] });
    await record(step());
    expect(cloud.written().services.map(({ digest }) => digest)).toEqual([digests.api, null]);
  });
});

describe('release', () => {
  test('that holds writes nothing yet', async () => {
    jest.mocked(release).mockResolvedValue(true);
    expect(await releaseOnRecord(step())).toBe(true);
    expect(cloud.s3.commandCalls(PutObjectCommand)).toEqual([]);
  });

  test('that fails is on record with its reasons, and has no checks', async () => {
    jest.mocked(release).mockImplementation(async (run) => {
      run.fail('payment-api: not released. 3 tasks failed');
      return false;
    });
    expect(await releaseOnRecord(step())).toBe(false);
    expect(cloud.written()).toMatchObject({
      outcome: 'refused',
      refusal: { step: 'release', reasons: ['payment-api: not released. 3 tasks failed'] },
      checks: [],
    });
    expect(cloud.objects.has('evidence/payment-platform/dev/promoted.json')).toBe(false);
  });

  test('is on record also where CodePipeline tells nothing of its actions', async () => {
    cloud.pipeline.on(ListActionExecutionsCommand).resolves({});
    jest.mocked(release).mockResolvedValue(false);
    expect(await releaseOnRecord(step())).toBe(false);
    expect(cloud.written()).toMatchObject({ outcome: 'refused', steps: [] });
  });

  test('of a person at a desk writes nothing', async () => {
    jest.mocked(release).mockResolvedValue(false);
    expect(await releaseOnRecord(work())).toBe(false);
    expect(cloud.s3.commandCalls(PutObjectCommand)).toEqual([]);
    expect(isRecorded({ ...step(), commit: undefined })).toBe(false);
  });
});

describe('promotion', () => {
  test('in the first stage compares with nothing, and is on record', async () => {
    expect(await promoteOnRecord(step())).toBe(true);
    expect(cloud.written().outcome).toBe('promoted');
  });

  test('of what the stage before promoted goes on', async () => {
    cloud.before();
    const run = step('test');
    expect(await promoteOnRecord(run)).toBe(true);
    expect(run.text()).toContain('Every service runs the digest that test promoted.');
  });

  test('of another digest is stopped before traffic shifts, and says both digests and what to do', async () => {
    cloud.before();
    cloud.tasks('payment-api', digestOf('c'));
    const run = step('test');
    expect(await promoteOnRecord(run)).toBe(false);
    expect(promote).not.toHaveBeenCalled();
    expect(stop).toHaveBeenCalledTimes(1);
    const difference = `payment-api: dev runs ${digestOf('c')}; test's evidence has ${digests.api}`;
    expect(run.lines.slice(0, 4)).toEqual([
      difference,
      'Nothing is promoted: it is not known to be what test checked and promoted in this execution.',
      'What is held is rolled back. See who pushed to these repositories or changed task definitions since, then push',
      `the commit anew, or a newer one: everything is delivered from the first stage on. Compared with s3://evidence/${evidenceOf('test')}`,
    ]);
    expect(cloud.written()).toMatchObject({
      outcome: 'refused',
      refusal: { step: 'promotion', reasons: [difference] },
      checks: [{ name: 'are kept', outcome: 'passed' }],
    });
  });

  test('without evidence of the stage before is refused, and says which is missing', async () => {
    const run = step('test');
    expect(await promoteOnRecord(run)).toBe(false);
    expect(promote).not.toHaveBeenCalled();
    expect(run.text()).toContain(`s3://evidence/${evidenceOf('test')} cannot be read: NoSuchKey`);
    expect(stop).toHaveBeenCalledTimes(1);
  });

  test('that fails without a word is on record all the same', async () => {
    jest.mocked(promote).mockResolvedValue(false);
    expect(await promoteOnRecord(step())).toBe(false);
    expect(cloud.written().refusal!.reasons).toEqual(["It failed without a reason: see the step's log"]);
  });

  test('keeps its own reason where evidence of it cannot be written', async () => {
    jest.mocked(promote).mockRejectedValue(new Error('no such cluster'));
    cloud.s3.on(PutObjectCommand).rejects(new Error('no bucket'));
    const run = step();
    expect(await promoteOnRecord(run)).toBe(false);
    expect(run.lines).toEqual(['no such cluster', 'The evidence could not be written. no bucket']);
  });

  test('that succeeded fails the step where it cannot be put on record: a retry writes it', async () => {
    cloud.s3.on(PutObjectCommand).rejects(new Error('no bucket'));
    await expect(promoteOnRecord(step())).rejects.toThrow('no bucket');
  });

  test('of a person at a desk compares and writes nothing', async () => {
    expect(await promoteOnRecord(work())).toBe(true);
    expect(cloud.s3.calls()).toEqual([]);
  });
});

describe('live checks', () => {
  const reports = (xml?: string) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    if (xml) writeFileSync(join(folder, 'live-checks.xml'), xml);
    return folder;
  };

  test('that passed leave their results, for the promotion to read', async () => {
    cloud.objects.clear();
    const run = step();
    await recordChecks(run, reports(passed), false);
    expect(run.lines).toEqual([`The checks' results: s3://evidence/${checksKey}`]);
    expect([...cloud.objects]).toEqual([[`evidence/${checksKey}`, passed]]);
    expect(cloud.types.get(checksKey)).toBe('application/xml; charset=utf-8');
  });

  test('that failed leave them and the evidence of a refused release', async () => {
    await recordChecks(step(), reports(failed), true);
    expect(cloud.objects.get(`evidence/${checksKey}`)).toBe(failed);
    expect(cloud.written()).toMatchObject({
      outcome: 'refused',
      refusal: { step: 'live-checks', reasons: ['alarms › are there: no alarm'] },
      checks: [{ outcome: 'passed' }, { outcome: 'failed', message: 'no alarm\nat all' }],
    });
  });

  test('that were ended before they wrote anything are on record, too', async () => {
    await recordChecks(step(), reports(), true);
    expect(cloud.written()).toMatchObject({
      checks: [],
      refusal: { reasons: ["The live checks ended without naming one that failed: see the step's log"] },
    });
  });

  test('that passed without results have not passed', async () => {
    await expect(recordChecks(step(), reports(), false)).rejects.toThrow(
      `The live checks left no ${join(folder, 'live-checks.xml')}: nothing is known to work`,
    );
  });
});
