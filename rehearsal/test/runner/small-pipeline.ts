// A small pipeline by hand, deployed by CloudFormation and fed from a real git repository.
import { everything } from '../core/roles';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CodePipelineClient,
  ListActionExecutionsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administratorKey } from '../../cloud/identity';
import { startLocalCloud, type LocalCloud } from '../../cloud/local-cloud';
import { buildsOf } from '../../cloud/services/codebuild';
import { repositoriesOf } from '../../runner/actions/connection-source';
import { historyOf, type Execution } from '../../runner/state';

export const account = '111111111111';
const region = 'us-east-1';
const connection = `arn:aws:codeconnections:${region}:${account}:connection/one`;

export interface BuildAction {
  name: string;
  commands: string[];
  runOrder?: number;
  /** Of the action: they win over the project's. */
  variables?: Record<string, string>;
  projectVariables?: Record<string, string>;
  input?: string;
  output?: string;
  namespace?: string;
  /** Added to the buildspec. */
  spec?: object;
}
const pairs = (variables: Record<string, string> = {}) =>
  Object.entries(variables).map(([name, value]) => ({ name, value }));

/** Source, then one stage of builds, then what else is given. */
export function templateOf(builds: BuildAction[], further: object[] = []): Record<string, any> {
  const trusts = (Service: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [everything],
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service, AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
            Action: 'sts:AssumeRole',
          },
        ],
      },
    },
  });
  const projects = builds.map(({ name, commands, projectVariables, spec, output }) => [
    `Project${name}`,
    {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        Name: name,
        ServiceRole: { 'Fn::GetAtt': ['BuildRole', 'Arn'] },
        Artifacts: { Type: 'CODEPIPELINE' },
        Environment: {
          Type: 'LINUX_CONTAINER',
          ComputeType: 'BUILD_GENERAL1_SMALL',
          Image: 'aws/codebuild/standard:7.0',
          EnvironmentVariables: Object.entries(projectVariables ?? {}).map(([Name, Value]) => ({ Name, Value })),
        },
        Source: {
          Type: 'CODEPIPELINE',
          BuildSpec: JSON.stringify({
            version: '0.2',
            phases: { build: { commands } },
            ...(output && { artifacts: { 'base-directory': 'out', files: '**/*' } }),
            ...spec,
          }),
        },
      },
    },
  ]);
  const actions = builds.map(({ name, runOrder = 1, variables, input = 'Source_Output', output, namespace }) => ({
    Name: name,
    ActionTypeId: { Category: 'Build', Owner: 'AWS', Provider: 'CodeBuild', Version: '1' },
    Configuration: { ProjectName: name, EnvironmentVariables: JSON.stringify(pairs(variables)) },
    InputArtifacts: [{ Name: input }],
    OutputArtifacts: output ? [{ Name: output }] : [],
    RunOrder: runOrder,
    Namespace: namespace,
  }));
  const source = {
    Name: 'Source',
    ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeStarSourceConnection', Version: '1' },
    Configuration: {
      ConnectionArn: connection,
      FullRepositoryId: 'a/b',
      BranchName: 'main',
      OutputArtifactFormat: 'CODEBUILD_CLONE_REF',
      DetectChanges: false,
    },
    OutputArtifacts: [{ Name: 'Source_Output' }],
    Namespace: 'Source',
  };
  return {
    Resources: {
      PipelineRole: trusts('codepipeline.amazonaws.com'),
      BuildRole: trusts('codebuild.amazonaws.com'),
      Artifacts: { Type: 'AWS::S3::Bucket' },
      ...Object.fromEntries(projects),
      Pipeline: {
        Type: 'AWS::CodePipeline::Pipeline',
        Properties: {
          Name: 'small',
          PipelineType: 'V2',
          ExecutionMode: 'QUEUED',
          RestartExecutionOnUpdate: false,
          RoleArn: { 'Fn::GetAtt': ['PipelineRole', 'Arn'] },
          ArtifactStore: { Type: 'S3', Location: { Ref: 'Artifacts' } },
          Stages: [{ Name: 'Source', Actions: [source] }, { Name: 'Build', Actions: actions }, ...further],
        },
      },
    },
  };
}

export class SmallPipeline {
  private constructor(
    readonly local: LocalCloud,
    private readonly directory: string,
  ) {}

  static async start(): Promise<SmallPipeline> {
    const directory = mkdtempSync(join(tmpdir(), 'small-pipeline-'));
    const small = new SmallPipeline(await startLocalCloud({ directory, speed: 600 }), directory);
    mkdirSync(small.repository);
    small.git('init', '--quiet', '--initial-branch=main');
    small.commit('first', { 'file.txt': 'one' });
    repositoriesOf(small.env, connection).set('a/b', small.repository);
    return small;
  }
  async end(): Promise<void> {
    await this.local.stop();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  get repository() {
    return join(this.directory, 'repository');
  }
  get env() {
    return this.local.cloud.environment(account, region);
  }
  get client() {
    return new CodePipelineClient(this.settings);
  }
  get settings() {
    return {
      endpoint: this.local.endpoint,
      region,
      credentials: { accessKeyId: administratorKey(account), secretAccessKey: 'local' },
    };
  }
  git(...args: string[]): string {
    const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
    return execFileSync('git', [...identity, ...args], { cwd: this.repository, encoding: 'utf8' }).trim();
  }
  commit(message: string, files: Record<string, string>): string {
    for (const [path, content] of Object.entries(files)) writeFileSync(join(this.repository, path), content);
    this.git('add', '.');
    this.git('commit', '--quiet', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  /** Creates or updates the stack, as any client of CloudFormation. */
  async deploy(template: object): Promise<void> {
    const client = new CloudFormationClient(this.settings);
    const exists = await client.send(new DescribeStacksCommand({ StackName: 'small' })).then(
      () => true,
      () => false,
    );
    const target = { StackName: 'small', ChangeSetName: `change-${Date.now()}` };
    const ChangeSetType = exists ? 'UPDATE' : 'CREATE';
    await client.send(
      new CreateChangeSetCommand({
        ...target,
        ChangeSetType,
        TemplateBody: JSON.stringify(template),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    const made = await client.send(new DescribeChangeSetCommand(target));
    if (/didn't contain changes/.test(made.StatusReason ?? '')) return;
    if (made.Status === 'FAILED') throw new Error(made.StatusReason);
    await client.send(new ExecuteChangeSetCommand(target));
    for (;;) {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: 'small' }));
      const status = Stacks![0]!.StackStatus!;
      if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) return;
      if (!status.endsWith('_IN_PROGRESS')) throw new Error(`${status} ${Stacks![0]!.StackStatusReason}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Starts an execution through the API, without waiting for its end. */
  async start(commit?: string): Promise<Execution> {
    const sourceRevisions = commit
      ? [{ actionName: 'Source', revisionType: 'COMMIT_ID' as const, revisionValue: commit }]
      : undefined;
    const { pipelineExecutionId } = await this.client.send(
      new StartPipelineExecutionCommand({ name: 'small', sourceRevisions }),
    );
    return historyOf(this.env, 'small').executions.find((e) => e.id === pipelineExecutionId)!;
  }
  async run(commit?: string): Promise<Execution> {
    const execution = await this.start(commit);
    await execution.finished;
    return execution;
  }
  /** Deploys a pipeline of these builds and runs it. */
  async runBuilds(builds: BuildAction[], further: object[] = []): Promise<Execution> {
    await this.deploy(templateOf(builds, further));
    return this.run();
  }
  /** What a build's commands printed. */
  outputOf(execution: Execution, action: string): string {
    const id = execution.runs.find((r) => r.action.name === action)!.externalId!;
    const lines = readFileSync(buildsOf(this.env).get(id)!.logFile, 'utf8').split('\n');
    return lines.filter((line) => !line.startsWith('[Container]')).join('\n');
  }
  async actionExecutions(execution: Execution) {
    const filter = { pipelineExecutionId: execution.id };
    const { actionExecutionDetails } = await this.client.send(
      new ListActionExecutionsCommand({ pipelineName: 'small', filter }),
    );
    return actionExecutionDetails!;
  }
}
