// CodeBuild: projects as CloudFormation made them, builds as processes of this computer.
import * as sdk from '@aws-sdk/client-codebuild';
import { SSMClient, GetParametersCommand } from '@aws-sdk/client-ssm';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { useConnection } from '../access/calls/builds';
import { logStreamArn } from '../access/calls/logs';
import { actAs, demand } from '../access/services';
import type { Principal } from '../iam/policy';
import { fetchArtifact } from '../../runner/artifacts';
import { runBuild, type BuildResult, type Report, type Source } from '../../runner/build';
import { baseEnvironment } from '../../runner/build-environment';
import { parseBuildspec, type Buildspec } from '../../runner/buildspec';
import type { ServiceModule } from '../module';
import type { Cloud, Environment, Values } from '../state';
import { service } from '../wire/service';
import { makeLogGroup, putLogLine } from './logs';
import { issueCredentials } from './sts';

export interface BuildRequest {
  projectName: string;
  /** Win over the project's variables, which win over the buildspec's. */
  variables?: Variable[];
  /** The primary one first. */
  sources?: Source[];
  initiator: string;
  sourceVersion?: string;
}
interface Variable {
  name?: string;
  value?: string;
  type?: string;
}
export interface Build {
  id: string;
  arn: string;
  number: number;
  projectName: string;
  initiator: string;
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED' | 'FAULT';
  sourceVersion?: string;
  started: Date;
  ended?: Date;
  variables: Variable[];
  logFile: string;
  logGroup: string;
  logStream: string;
  reports: Report[];
  result?: BuildResult;
  /** Why it failed. */
  message?: string;
  stopping: AbortController;
  /** Resolves when the build has ended, however it ended. */
  finished: Promise<void>;
  /** The build's own session of its role. */
  actor?: Principal;
}

export const buildsOf = (env: Environment) => env.shelf<Build>('codebuild builds');

/** Starts a build of a project and returns at once. Throws where there is no such project. */
export function startBuild(env: Environment, request: BuildRequest): Build {
  const project = env.get('AWS::CodeBuild::Project', request.projectName)?.model;
  if (!project) {
    const message = `Project cannot be found: ${env.arn('codebuild', `project/${request.projectName}`)}`;
    throw new sdk.ResourceNotFoundException({ message, $metadata: {} });
  }
  const logs = join(env.cloud.directory, 'build-logs');
  mkdirSync(logs, { recursive: true });
  const uuid = randomUUID();
  const id = `${request.projectName}:${uuid}`;
  const build: Build = {
    id,
    arn: env.arn('codebuild', `build/${id}`),
    number: [...buildsOf(env).values()].filter((b) => b.projectName === request.projectName).length + 1,
    projectName: request.projectName,
    initiator: request.initiator,
    status: 'IN_PROGRESS',
    sourceVersion: request.sourceVersion,
    started: env.cloud.clock.now(),
    variables: [...(project.Environment?.EnvironmentVariables ?? []).map(lowerCase), ...(request.variables ?? [])],
    logFile: join(logs, `${request.projectName}-${uuid.slice(0, 8)}.log`),
    logGroup: project.LogsConfig?.CloudWatchLogs?.GroupName ?? `/aws/codebuild/${request.projectName}`,
    logStream: uuid,
    reports: [],
    stopping: new AbortController(),
    finished: Promise.resolve(),
  };
  writeFileSync(build.logFile, '');
  buildsOf(env).set(id, build);
  build.finished = perform(env, project, build, request.sources ?? []);
  env.cloud.onStop(() => {
    build.stopping.abort();
    return build.finished;
  });
  return build;
}

async function perform(env: Environment, project: Values, build: Build, sources: Source[]): Promise<void> {
  const { cloud } = env;
  const root = join(cloud.directory, 'builds', build.logStream);
  const onLine = logTo(env, build);
  try {
    const spec = parseBuildspec(project.Source?.BuildSpec ?? '');
    sayWhatIsNotInstalled(cloud, spec);
    const session = `AWSCodeBuild-${build.logStream}`;
    const arn = env.arn('codebuild', `project/${build.projectName}`);
    const actor = actAs(cloud, 'codebuild.amazonaws.com', project.ServiceRole, session, arn);
    build.actor = actor;
    checkPermissions(env, actor, build, spec, sources);
    const credentials = issueCredentials(cloud, project.ServiceRole, session);
    const identity = {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    };
    const variables = await resolve(env, credentials, spec, build.variables);
    build.result = await runBuild({
      fetch: (location) => fetchArtifact(env, actor, location),
      root,
      logFile: build.logFile,
      spec,
      sources,
      environment: (folders) => ({
        ...baseEnvironment(cloud, env.region, folders),
        ...identity,
        ...aboutBuild(env, project, build, sources),
        ...variables,
      }),
      onLine,
      signal: build.stopping.signal,
    });
    build.reports = build.result.reports;
    build.message = build.result.message;
    build.status = build.result.succeeded ? 'SUCCEEDED' : 'FAILED';
  } catch (error) {
    build.message = (error as Error).message;
    build.status = 'FAILED';
    onLine(`[Container] ${build.message}`);
    writeFileSync(build.logFile, `[Container] ${build.message}\n`, { flag: 'a' });
  }
  if (build.stopping.signal.aborted) build.status = 'STOPPED';
  build.ended = cloud.clock.now();
  void rm(root, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
}

/** The values of all variables: PARAMETER_STORE ones are read in the build's own role. Source: "Environment variables in build environments". */
async function resolve(
  env: Environment,
  credentials: Values,
  spec: Buildspec,
  given: Variable[],
): Promise<Record<string, string>> {
  const parameters: Record<string, string> = { ...spec.parameters };
  const values: Record<string, string> = { ...spec.variables };
  for (const { name = '', value = '', type = 'PLAINTEXT' } of given) {
    if (!['PLAINTEXT', 'PARAMETER_STORE'].includes(type))
      throw new Error(`variable ${name} has type ${type}, which a rehearsal cannot resolve`);
    delete (type === 'PLAINTEXT' ? parameters : values)[name];
    (type === 'PLAINTEXT' ? values : parameters)[name] = value;
  }
  const names = [...new Set(Object.values(parameters))];
  if (!names.length) return values;
  const ssm = new SSMClient({ endpoint: env.cloud.endpoint, region: env.region, credentials: credentials as never });
  const { Parameters = [], InvalidParameters = [] } = await ssm.send(
    new GetParametersCommand({ Names: names, WithDecryption: true }),
  );
  if (InvalidParameters.length)
    throw new Error(`parameters do not exist in the Parameter Store: ${InvalidParameters.join(', ')}`);
  const found = new Map(Parameters.map((p) => [p.Name!, p.Value!]));
  return {
    ...values,
    ...Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, found.get(parameter)!])),
  };
}

/** What CodeBuild tells a build about itself. Source: "Environment variables in build environments". */
function aboutBuild(env: Environment, project: Values, build: Build, sources: Source[]): Record<string, string> {
  const primary = sources[0];
  return {
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_NUMBER: String(build.number),
    CODEBUILD_BUILD_IMAGE: project.Environment?.Image ?? '',
    CODEBUILD_INITIATOR: build.initiator,
    CODEBUILD_LOG_PATH: build.logStream,
    CODEBUILD_PROJECT_ARN: env.arn('codebuild', `project/${build.projectName}`),
    CODEBUILD_START_TIME: String(build.started.getTime()),
    CODEBUILD_KMS_KEY_ID: project.EncryptionKey ?? `arn:aws:kms:${env.region}:${env.account}:alias/aws/s3`,
    CODEBUILD_RESOLVED_SOURCE_VERSION: primary?.clone?.commit ?? build.sourceVersion ?? '',
    ...(primary && { CODEBUILD_SOURCE_VERSION: `arn:aws:s3:::${primary.location.bucket}/${primary.location.key}` }),
    ...(primary?.clone && { CODEBUILD_SOURCE_REPO_URL: primary.clone.repository }),
  };
}

/** CodeBuild makes the log group itself where it is not there. */
function logTo(env: Environment, { logGroup, logStream }: Build): (line: string) => void {
  return (line) => {
    if (!env.get('AWS::Logs::LogGroup', logGroup)) makeLogGroup(env, logGroup);
    putLogLine(env, logGroup, logStream, line);
  };
}

/** What CodeBuild does in the build's role, beside its artifacts: its log, clones, reports. */
function checkPermissions(env: Environment, actor: Principal, build: Build, spec: Buildspec, sources: Source[]): void {
  const stream = logStreamArn(env, build.logGroup, build.logStream);
  demand(
    env,
    actor,
    ['CreateLogStream', 'PutLogEvents'].map((action) => ({ action: `logs:${action}`, resource: stream })),
  );
  for (const { clone } of sources) if (clone?.connectionArn) demand(env, actor, [useConnection(clone.connectionArn)]);
  for (const name of Object.keys(spec.reports)) {
    const group = name.startsWith('arn:') ? name : env.arn('codebuild', `report-group/${build.projectName}-${name}`);
    demand(
      env,
      actor,
      ['CreateReportGroup', 'CreateReport', 'UpdateReport', 'BatchPutTestCases'].map((action) => ({
        action: `codebuild:${action}`,
        resource: group,
      })),
    );
  }
}

const told = new WeakSet<Cloud>();
function sayWhatIsNotInstalled(cloud: Cloud, { runtimes }: Buildspec): void {
  if (told.has(cloud) || !Object.keys(runtimes).length) return;
  told.add(cloud);
  const list = Object.entries(runtimes).map(([name, version]) => `${name} ${version}`);
  cloud.log(`Buildspecs ask for ${list.join(', ')}: builds use this computer's node ${process.versions.node} instead.`);
}

const lowerCase = (v: Values): Variable => ({ name: v.Name, value: String(v.Value ?? ''), type: v.Type });

const describe = (env: Environment, b: Build): sdk.Build => ({
  id: b.id,
  arn: b.arn,
  buildNumber: b.number,
  projectName: b.projectName,
  initiator: b.initiator,
  buildStatus: b.status,
  buildComplete: b.status !== 'IN_PROGRESS',
  currentPhase: b.status === 'IN_PROGRESS' ? 'BUILD' : 'COMPLETED',
  sourceVersion: b.sourceVersion,
  startTime: b.started,
  endTime: b.ended,
  phases: b.result?.phases.map((p) => ({
    phaseType: p.name.toUpperCase() as sdk.BuildPhaseType,
    phaseStatus: p.status,
    startTime: p.started,
    endTime: p.ended,
    durationInSeconds: Math.round((p.ended.getTime() - p.started.getTime()) / 1000),
    contexts: p.message ? [{ statusCode: 'COMMAND_EXECUTION_ERROR', message: p.message }] : [],
  })),
  logs: { groupName: b.logGroup, streamName: b.logStream },
  exportedEnvironmentVariables: Object.entries(b.result?.variables ?? {}).map(([name, value]) => ({ name, value })),
  reportArns: b.reports.map((r) => env.arn('codebuild', `report/${b.projectName}-${r.name}:${b.logStream}`)),
});

export const codebuild: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      StartBuild: ({ projectName, environmentVariablesOverride, sourceVersion }, context) => {
        const env = cloud.environment(context.account, context.region);
        const initiator = context.principalArn.split('/').slice(-1)[0]!;
        const build = startBuild(env, {
          projectName: projectName!,
          variables: environmentVariablesOverride,
          initiator,
          sourceVersion,
        });
        return { build: describe(env, build) };
      },
      BatchGetBuilds: ({ ids = [] }, context) => {
        const env = cloud.environment(context.account, context.region);
        const id = (text: string) => (text.startsWith('arn:') ? text.split(':build/')[1]! : text);
        const found = ids.flatMap((i) => buildsOf(env).get(id(i)) ?? []);
        return {
          builds: found.map((b) => describe(env, b)),
          buildsNotFound: ids.filter((i) => !buildsOf(env).has(id(i))),
        };
      },
      StopBuild: async ({ id }, context) => {
        const env = cloud.environment(context.account, context.region);
        const build = buildsOf(env).get(id!);
        if (!build) throw new sdk.ResourceNotFoundException({ message: `Build ${id} not found`, $metadata: {} });
        build.stopping.abort();
        await build.finished;
        return { build: describe(env, build) };
      },
      BatchGetProjects: ({ names = [] }, context) => {
        const env = cloud.environment(context.account, context.region);
        const found = names.flatMap((name) => env.get('AWS::CodeBuild::Project', name) ?? []);
        const projects = found.map(({ id, model: m }) => ({
          name: id,
          arn: env.arn('codebuild', `project/${id}`),
          description: m.Description,
          serviceRole: m.ServiceRole,
          source: { type: m.Source?.Type, buildspec: m.Source?.BuildSpec },
          artifacts: { type: m.Artifacts?.Type },
          environment: {
            type: m.Environment?.Type,
            image: m.Environment?.Image,
            computeType: m.Environment?.ComputeType,
            privilegedMode: String(m.Environment?.PrivilegedMode) === 'true',
            environmentVariables: (m.Environment?.EnvironmentVariables ?? []).map(lowerCase),
          },
        }));
        return { projects, projectsNotFound: names.filter((name) => !env.get('AWS::CodeBuild::Project', name)) };
      },
    }),
  resources: { 'AWS::CodeBuild::Project': { name: 'Name' } },
};
