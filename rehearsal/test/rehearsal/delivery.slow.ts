// A kept rehearsal, used as a person would: the first delivery, a change that is held and promoted, changes that are refused.
import { CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import { commandLineTools } from './command-line-tools';
import { destroying } from './destroying';
import { type Answer, deadline, KeptRehearsal, pause } from './kept-rehearsal';
import type { RehearsalReport } from '../../session/report';

const dev = '222222222222';
const payment = { amount: 1200, currency: 'EUR', payer: 'somebody' };

let rehearsal: KeptRehearsal;
let ended = 0;
/** Newest commit that is to be delivered. */
let good: string;

beforeAll(async () => {
  rehearsal = new KeptRehearsal();
  await rehearsal.said(/All in all/, ++ended);
  await rehearsal.said(/The cloud stays up/);
}, deadline);
afterAll(() => rehearsal.interrupt(), 60_000);

const nextReport = async () => {
  await rehearsal.said(/All in all/, ++ended);
  return rehearsal.report;
};

/** The deployment that is held in dev, as soon as there is one. */
async function held(): Promise<string> {
  const env = rehearsal.awsEnvironment(dev);
  const client = new CodeDeployClient({
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION ?? 'us-east-1',
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: 'local' },
  });
  for (;;) {
    const { deployments = [] } = await client.send(new ListDeploymentsCommand({ includeOnlyStatuses: ['Ready'] }));
    if (deployments[0]) return deployments[0];
    await pause(50);
  }
}

test(
  'the first delivery performs every action and passes every check in every stage',
  () => {
    const { report } = rehearsal;
    expect(report.executions.map((e) => e.status)).toEqual(['Succeeded']);
    expect(report.notExecuted).toEqual([]);
    expect(report.actionsExecuted).toBe(report.actionsDefined);
    expect(report.actionsDefined).toBeGreaterThan(60);
    expect([...new Set(report.checks.map((c) => c.stage))]).toEqual(['dev', 'staging', 'prod']);
    expect(report.checks.filter((c) => c.status !== 'SUCCEEDED')).toEqual([]);
    expect(report.traffic.map((t) => t.firstFailures)).toEqual([[], [], []]);
  },
  deadline,
);

test(
  'a changed payment-api is held as green while production answers as before, and is promoted without a failed request',
  async () => {
    const old = await rehearsal.ask('dev', 'production', '/api/payments/', payment);
    expect(old.status).toBe(201);
    expect(old.body).not.toHaveProperty('greeting');
    good = await rehearsal.push('Greet the payer', {
      'services/shared/payments.ts': [['return { id, ...order,', "return { id, greeting: 'hello', ...order,"]],
    });
    await held();
    const [blue, green] = await Promise.all([
      rehearsal.ask('dev', 'production', '/api/payments/', payment),
      rehearsal.ask('dev', 'test', '/api/payments/', payment),
    ]);
    expect(blue).toMatchObject({ status: 201, version: old.version });
    expect(blue.body).not.toHaveProperty('greeting');
    expect(green).toMatchObject({ status: 201, body: { greeting: 'hello' } });
    expect(green.version).not.toBe(old.version);

    const report = await nextReport();
    expect(report.executions.at(-1)!.status).toBe('Succeeded');
    expect(report.deployments.map((d) => `${d.stage} ${d.status}`)).toEqual([
      'dev Succeeded',
      'staging Succeeded',
      'prod Succeeded',
    ]);
    for (const stage of ['dev', 'staging', 'prod']) {
      const answer = await rehearsal.ask(stage, 'production', '/api/payments/', payment);
      expect(answer).toMatchObject({ status: 201, version: green.version, body: { greeting: 'hello' } });
      const traffic = report.traffic.find((t) => t.stage === stage)!;
      expect(traffic.firstFailures).toEqual([]);
      expect(traffic.requests / traffic.seconds).toBeGreaterThanOrEqual(50);
      expect(traffic.versions[old.version!]).toBeGreaterThan(100);
      expect(traffic.versions[green.version!]).toBeGreaterThan(100);
    }
  },
  deadline,
);

describe('while it stays up', () => commandLineTools(() => rehearsal));

test(
  'a commit that adds a pipeline action ends one execution as Cancelled, and the next runs the action',
  async () => {
    good = await rehearsal.push('Say hello after the images', {
      'pipeline/pipeline-stack.ts': [
        ['import { CodePipeline,', 'import { CodePipeline, CodeBuildStep,'],
        [
          '{ pre: [commitCheck, images, attest] }',
          "{ pre: [commitCheck, images, attest, new CodeBuildStep('hello', { input: assembly, commands: ['echo hello'] })] }",
        ],
      ],
    });
    const report = await nextReport();
    const [cancelled, next] = report.executions.slice(-2);
    expect(cancelled!.status).toBe('Cancelled');
    const actions = (execution: string) => report.actions.filter((a) => a.execution === execution);
    expect(actions(cancelled!.id).map((a) => a.name)).toEqual(['Source', 'Synth', 'SelfMutate']);
    expect(next!.status).toBe('Succeeded');
    expect(actions(next!.id)).toContainEqual(expect.objectContaining({ name: 'hello', status: 'Succeeded' }));
    // Nothing of the services changed: no deployment either.
    expect(report.deployments).toHaveLength(3);
  },
  deadline,
);

describe.each([
  {
    fault: 'a version whose /health fails',
    file: 'services/payment-api/src/server.ts',
    is: 'main({',
    becomes: `
      import { ServerResponse } from 'node:http';
      const { writeHead } = ServerResponse.prototype;
      ServerResponse.prototype.writeHead = function (status, ...rest) {
        return writeHead.call(this, this.req.url === '/health' ? 500 : status, ...rest);
      };
      main({`,
    action: 'release',
    says: /payment-api.*health checks/s,
  },
  {
    fault: 'a version that logs nothing',
    file: 'services/payment-api/src/server.ts',
    is: 'main({',
    becomes: 'process.stdout.write = () => true;\nmain({',
    action: 'live-checks',
    says: /Failed check: .*log/i,
  },
  {
    fault: 'a version that answers wrongly',
    file: 'services/shared/payments.ts',
    is: 'status: 201,',
    becomes: 'status: 202,',
    action: 'live-checks',
    says: /Failed check: .*test listener/i,
  },
])('$fault is refused', ({ fault, file, is, becomes, action, says }) => {
  let before: { answer: Answer; report: RehearsalReport };
  let report: RehearsalReport;

  beforeAll(async () => {
    before = {
      answer: await rehearsal.ask('dev', 'production', '/api/payments/health'),
      report: rehearsal.report,
    };
    await rehearsal.push(fault, { [file]: [[is, becomes]] }, good);
    report = await nextReport();
  }, deadline);

  test(`by ${action}, in dev`, () => {
    expect(report.executions.at(-1)!.status).toBe('Failed');
    const failed = report.actions.filter((a) => a.execution === report.last && a.status === 'Failed');
    expect(failed.map((a) => `${a.stage} ${a.name}`)).toEqual([`dev ${action}`]);
    expect(report.succeeded).toBe(false);
  });
  test('and its deployment is stopped', () => {
    const known = before.report.deployments.map((d) => d.id);
    const [refused] = report.deployments.filter((d) => !known.includes(d.id));
    expect(refused).toMatchObject({ stage: 'dev', group: 'payment-api-dg-dev' });
    expect(refused!.status).toMatch(/^(Stopped|Failed)$/);
  });
  test('and green received no production request, by the access log', () => {
    const known = before.report.served.map((s) => s.version);
    const production = report.served.filter((s) => s.stage === 'dev' && s.listenerPort === 443);
    expect(production.length).toBeGreaterThan(0);
    expect(production.filter((s) => !known.includes(s.version))).toEqual([]);
  });
  test('and blue serves on without a failed request', async () => {
    const answer = await rehearsal.ask('dev', 'production', '/api/payments/health');
    expect(answer).toMatchObject({ status: 200, version: before.answer.version });
    expect(report.traffic.map((t) => t.firstFailures)).toEqual([[], [], []]);
    expect(report.traffic[0]!.requests).toBeGreaterThan(before.report.traffic[0]!.requests);
  });
  test('and the last lines say which check failed, and where the report is', () => {
    const last = rehearsal.output.slice(rehearsal.output.lastIndexOf('Failed action'));
    expect(last).toMatch(says);
    expect(last).toMatch(/Report: .*reports\/rehearsal/);
  });
});

test(
  'a later good commit goes through',
  async () => {
    await rehearsal.push('Go on with what was good', {}, good);
    const report = await nextReport();
    expect(report.executions.at(-1)!.status).toBe('Succeeded');
    expect(report.succeeded).toBe(true);
  },
  deadline,
);

// Last: dev is another one afterwards.
describe('in the end', () => destroying(() => rehearsal, nextReport));

test('Ctrl-C ends it with the outcome of the last execution, and leaves no temporary folder', async () => {
  expect(await rehearsal.interrupt()).toEqual({ code: 0, folders: [] });
}, 60_000);
