import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logStreamArn } from '../../access/calls/logs';
import { demand, sessionOf } from '../../access/services';
import { hash } from '../../hash';
import { addressBook } from '../../runtime/address-book';
import { authorityFile, certificateAuthority } from '../../runtime/certificate-authority';
import { start, vpcEnvironment, type Running } from '../../runtime/processes';
import type { Environment, Resource } from '../../state';
import { logGroupType } from '../logs/store';
import { makeLogGroup, putLogLine } from '../logs';
import { credentialsFor } from '../sts';
import { RuntimeApi, type Outcome } from './runtime-api';

export const functionType = 'AWS::Lambda::Function';

/** Enough for a few calls at once; AWS has a thousand. */
const mostProcesses = 4;
/** Port of the runtime API as a function's process sees it. */
const runtimeApiPort = 9001;

/** One process of a function, with a runtime API of its own: what it was given ends with it. */
class Worker {
  private readonly api: RuntimeApi;
  private process: Running | undefined;
  /** Invocations given to it that have not ended. */
  load = 0;

  private constructor(
    functionArn: string,
    /** Takes it out of the pool. */
    private readonly leave: () => void,
  ) {
    this.api = new RuntimeApi(functionArn);
  }

  static async begin(env: Environment, resource: Resource, log: (line: string) => void, leave: () => void) {
    const worker = new Worker(resource.model.Arn, leave);
    const apiPort = await worker.api.listen();
    const root = writeCode(env, resource);
    await certificateAuthority(env.cloud);
    worker.process = start({
      cloud: env.cloud,
      command: process.execPath,
      args: [join(__dirname, 'worker.cjs')],
      cwd: root,
      env: { ...environmentOfProcess(env, resource, apiPort), LAMBDA_TASK_ROOT: root },
      onLine: log,
      onExit(code) {
        leave();
        const errorMessage = `Error: Runtime exited with error: exit status ${code}`;
        worker.api.failAll(JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }));
        void worker.api.close();
      },
    });
    return worker;
  }

  /** Times are real ones, because the handler does real work. The start of the process does not count, as on AWS. */
  invoke(id: string, payload: string, seconds: number): Promise<Outcome> {
    this.load++;
    return new Promise<Outcome>((end) => {
      let timer: NodeJS.Timeout | undefined;
      const late = () => {
        this.leave();
        const errorMessage = `${new Date().toISOString()} ${id} Task timed out after ${seconds.toFixed(2)} seconds`;
        end({ payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage }), failed: true });
        void this.stop();
      };
      this.api.invoke({
        ...{ id, payload, deadline: Date.now() + seconds * 1000 },
        taken: () => (timer = setTimeout(late, seconds * 1000)),
        end(outcome) {
          clearTimeout(timer);
          end(outcome);
        },
      });
    }).finally(() => this.load--);
  }

  async stop(): Promise<void> {
    await this.process?.stop(200);
  }
}

/** The processes of one function. They stay warm until its code or configuration changes. */
class Workers {
  private readonly pool = new Set<Promise<Worker>>();
  private readonly stream: string;
  private tail: string[] = [];

  constructor(
    private readonly env: Environment,
    private readonly resource: Resource,
  ) {
    const day = env.cloud.clock.now().toISOString().slice(0, 10).replaceAll('-', '/');
    this.stream = `${day}/[$LATEST]${hash(resource.id + env.cloud.unique(), 32)}`;
  }

  /** Runs the handler once. */
  async invoke(payload: string): Promise<Outcome & { log: string }> {
    const { model } = this.resource;
    const id = randomUUID();
    const worker = await this.worker();
    this.log(`START RequestId: ${id} Version: $LATEST`);
    const began = Date.now();
    const outcome = await worker.invoke(id, payload, Number(model.Timeout ?? 3));
    // What the handler printed is in the pipe by now: one turn to read it, before its end is noted.
    await new Promise((turn) => setImmediate(turn));
    if (outcome.failed) this.log(outcome.payload);
    this.log(`END RequestId: ${id}`);
    const memory = `Memory Size: ${model.MemorySize ?? 128} MB`;
    this.log(`REPORT RequestId: ${id}\tDuration: ${Date.now() - began} ms\t${memory}`);
    return { ...outcome, log: this.tail.splice(0).join('\n') };
  }

  /** Ends the processes for good. */
  async end(): Promise<void> {
    const all = [...this.pool];
    this.pool.clear();
    await Promise.all(all.map(async (worker) => (await worker).stop()));
  }

  /** One that is free, else a new one, else the least busy. */
  private async worker(): Promise<Worker> {
    const known = await Promise.all(this.pool);
    const [first] = known.sort((a, b) => a.load - b.load);
    if (first && (!first.load || this.pool.size >= mostProcesses)) return first;
    const begun = Worker.begin(
      this.env,
      this.resource,
      (line) => this.log(line),
      () => this.pool.delete(begun),
    );
    this.pool.add(begun);
    return begun;
  }

  /** Without the permissions, a function runs and nothing is logged. */
  private mayLog(group: string): boolean {
    const { model, id } = this.resource;
    const resource = logStreamArn(this.env, group, this.stream);
    const needs = ['CreateLogStream', 'PutLogEvents'].map((name) => ({ action: `logs:${name}`, resource }));
    try {
      demand(this.env, sessionOf(model.Role, id), needs);
      return true;
    } catch {
      return false;
    }
  }

  private log(line: string): void {
    const group = logGroupOf(this.resource);
    if (!this.mayLog(group)) return;
    if (!this.env.get(logGroupType, group)) makeLogGroup(this.env, group);
    putLogLine(this.env, group, this.stream, line);
    this.tail.push(line);
  }
}

function environmentOfProcess(env: Environment, { id, model }: Resource, apiPort: number): Record<string, string> {
  const subnetId: string | undefined = model.VpcConfig?.SubnetIds?.[0];
  // A function outside any VPC sees public names only.
  const vpcId = subnetId ? env.get('AWS::EC2::Subnet', subnetId)?.model.VpcId : 'no-vpc';
  const credentials = credentialsFor(env.cloud, 'lambda.amazonaws.com', model.Role, id, model.Arn);
  return {
    ...model.Environment?.Variables,
    _HANDLER: model.Handler,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${runtimeApiPort}`,
    AWS_LAMBDA_FUNCTION_NAME: id,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.MemorySize ?? 128),
    AWS_REGION: env.region,
    AWS_DEFAULT_REGION: env.region,
    AWS_ENDPOINT_URL: env.cloud.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    NODE_EXTRA_CA_CERTS: authorityFile(env.cloud),
    ...vpcEnvironment(addressBook(env).file(vpcId), new Map([[runtimeApiPort, apiPort]])),
  };
}

export const logGroupOf = ({ id, model }: Resource): string => model.LoggingConfig?.LogGroup ?? `/aws/lambda/${id}`;

/** Inline code is one file, index.js. */
function writeCode(env: Environment, { id, model }: Resource): string {
  const code: string = model.Code?.ZipFile ?? '';
  const directory = join(env.cloud.directory, 'functions', env.account, env.region, `${id}-${hash(code, 8)}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'index.js'), code);
  return directory;
}

export const codeSha256 = ({ model }: Resource): string =>
  createHash('sha256')
    .update(JSON.stringify(model.Code ?? {}))
    .digest('base64');

const workers = (env: Environment) => env.shelf<Workers>('lambda workers');

/** Runs the function once with a payload of JSON. */
export function invokeFunction(
  env: Environment,
  resource: Resource,
  payload: string,
): Promise<Outcome & { log: string }> {
  const found = workers(env).get(resource.id) ?? new Workers(env, resource);
  workers(env).set(resource.id, found);
  return found.invoke(payload);
}

/** Ends the function's warm processes: the next invocation starts new ones. */
export async function retireWorkers(env: Environment, functionName: string): Promise<void> {
  const found = workers(env).get(functionName);
  workers(env).delete(functionName);
  await found?.end();
}
