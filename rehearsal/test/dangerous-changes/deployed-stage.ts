// prod of a system, deployed without its pipeline: what a change set needs to be prepared against, and nothing else.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as cfn from '@aws-sdk/client-cloudformation';
import {
  CodeDeployClient,
  ContinueDeploymentCommand,
  CreateDeploymentCommand,
  GetDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type LocalCloud, startLocalCloud } from '../../cloud/local-cloud';
import { dockerStandIn } from '../../cloud/runtime/docker';
import { seedCertificate } from '../../cloud/services/acm';
import type { Environment, Values } from '../../cloud/state';
import { readConfiguration } from '../../session/configuration';
import { installationOf } from '../../session/installation';
import { temporaryFolder } from '../../session/temporary-folder';
import { administrator, administratorSettings, cdk, runNode } from '../../session/toolkit';

const root = join(__dirname, '../../..');
const system = 'multi-tier';
const prefix = 'payment-processing';
const region = 'us-east-1';

/** Of a synthesized stage: folder of the whole assembly, and its templates by the stack's name. */
export interface Synthesis {
  assembly: string;
  templates: Map<string, string>;
}

export class DeployedStage {
  readonly directory = temporaryFolder();
  readonly checkout = join(this.directory, 'checkout');
  private readonly configuration = readConfiguration(root);
  private local!: LocalCloud;
  private env!: Environment;
  private tooling!: Environment;
  cloudFormation!: cfn.CloudFormationClient;
  private count = 0;

  readonly stackNames = ['network', 'data', 'platform', 'payment-api'].map((kind) => `${prefix}-${kind}-prod`);

  /** Deploys the checkout's commit: network, data, platform and one service. */
  async start(): Promise<void> {
    this.local = await startLocalCloud({ directory: this.directory, speed: 600 });
    const { cloud } = this.local;
    this.clone();
    const first = await this.synthesize();
    const { tooling, stages } = installationOf(first.assembly);
    this.tooling = cloud.environment(tooling.account, region);
    this.env = cloud.environment(stages[0]!.account, region);
    this.cloudFormation = new cfn.CloudFormationClient(administratorSettings(this.env));
    await this.prepare(first);
    for (const StackName of this.stackNames) {
      await this.cloudFormation.send(
        new cfn.CreateStackCommand({
          ...{ StackName, TemplateBody: first.templates.get(StackName), Capabilities: ['CAPABILITY_NAMED_IAM'] },
        }),
      );
      await this.settled(StackName);
    }
    await this.node(first.assembly, ['programs/protect.js'], {
      ...administrator(cloud, this.env.account, region),
      ...{ STAGE: 'prod', STAGE_REGION: region, RETAIN_DATA: 'true', STACKS: this.stackNames.join(' ') },
    });
  }

  async stop(): Promise<void> {
    await this.local?.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      ...{ cwd: this.checkout, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    }).trim();

  /** A clone of this repository that delivers one system to prod alone. */
  private clone(): void {
    execFileSync('git', ['clone', '--quiet', root, this.checkout]);
    symlinkSync(join(root, 'node_modules'), join(this.checkout, 'node_modules'));
    const file = join(this.checkout, 'configuration.json');
    const configuration = JSON.parse(readFileSync(file, 'utf8'));
    configuration.system = system;
    for (const other of ['dev', 'staging']) configuration.environments[other].system = 'payment-processor';
    writeFileSync(file, JSON.stringify(configuration));
    this.git('commit', '--quiet', '--all', '--message', 'One system, prod alone');
  }

  /** Changes files (each text must be there, and is replaced everywhere), commits, and synthesizes. @returns the assembly. */
  async change(edits: Record<string, [string, string][]>, subject = 'A change'): Promise<Synthesis> {
    for (const [name, replacements] of Object.entries(edits)) {
      const path = join(this.checkout, name);
      let text = readFileSync(path, 'utf8');
      for (const [is, becomes] of replacements) {
        if (!text.includes(is)) throw new Error(`${name} has no ${is}`);
        text = text.replaceAll(is, () => becomes);
      }
      writeFileSync(path, text);
    }
    this.git('commit', '--quiet', '--all', '--message', subject);
    return this.synthesize();
  }

  private async synthesize(): Promise<Synthesis> {
    const assembly = join(this.directory, `assembly-${++this.count}`);
    const toolkit = { cloud: this.local.cloud, root: this.checkout };
    if (this.count === 1) await runNode(toolkit, 'npm run build', ['--require', 'tsx/cjs', 'scripts/build.ts']);
    await cdk(toolkit, undefined, ['synth', '--quiet', '--output', assembly]);
    const stage = readdirSync(assembly).find((name) => /^assembly-.*-prod$/.test(name))!;
    const { artifacts } = JSON.parse(readFileSync(join(assembly, stage, 'manifest.json'), 'utf8'));
    const stacks = Object.values<any>(artifacts).filter(({ type }) => type === 'aws:cloudformation:stack');
    const templates = stacks.map(({ properties: { stackName, templateFile } }): [string, string] => [
      stackName,
      readFileSync(join(assembly, stage, templateFile), 'utf8'),
    ]);
    return { assembly, templates: new Map(templates) };
  }

  /** What bootstrapping, people and earlier steps leave behind: look-up role, certificate, repositories with images. */
  private async prepare({ assembly }: Synthesis): Promise<void> {
    const { env, tooling } = this;
    await new SSMClient(administratorSettings(env)).send(
      new PutParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '30' }),
    );
    for (const arn of this.configuration.environments.prod!.certificateArns ?? []) {
      if (arn.split(':')[3] === region) await seedCertificate(env, arn, 'payments.prod.example.com');
    }
    const role = {
      RoleName: this.lookupRole,
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: tooling.account } }],
      },
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
    };
    await this.cloudFormation.send(
      new cfn.CreateStackCommand({
        ...{ StackName: 'CDKToolkit', Capabilities: ['CAPABILITY_NAMED_IAM'] },
        TemplateBody: JSON.stringify({ Resources: { LookupRole: { Type: 'AWS::IAM::Role', Properties: role } } }),
      }),
    );
    for (const id of readdirSync(join(assembly, 'images'))) {
      const RepositoryPolicyText = {
        Statement: [{ Effect: 'Allow', Principal: { AWS: env.account }, Action: 'ecr:*' }],
      };
      const model: Values = { RepositoryName: id, ImageTagMutability: 'IMMUTABLE', RepositoryPolicyText };
      tooling.put({ type: 'AWS::ECR::Repository', id, seed: id, properties: model, model });
    }
    const path = [dockerStandIn(this.local.cloud), process.env.PATH].join(delimiter);
    mkdirSync(join(this.directory, 'home'), { recursive: true });
    const built = await this.node(assembly, ['programs/images.js'], {
      ...{ ...administrator(this.local.cloud, tooling.account, region), PATH: path },
      HOME: join(this.directory, 'home'),
    });
    if (built.code !== 0) throw new Error(built.said);
  }

  private get lookupRole(): string {
    return `cdk-hnb659fds-lookup-role-${this.env.account}-${region}`;
  }

  /** Waits for a stack's operation to end. Throws where it did not succeed. */
  private async settled(StackName: string): Promise<void> {
    for (;;) {
      const { Stacks } = await this.cloudFormation.send(new cfn.DescribeStacksCommand({ StackName }));
      const { StackStatus, StackStatusReason } = Stacks![0]!;
      if (/^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus!)) return;
      if (!/IN_PROGRESS$/.test(StackStatus!)) throw new Error(`${StackName}: ${StackStatus} ${StackStatusReason}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** A release by CodeDeploy of what runs already, to its end: live and template differ from then on. */
  async swap(): Promise<void> {
    const codeDeploy = new CodeDeployClient(administratorSettings(this.env));
    const content = JSON.stringify({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: this.env.list('AWS::ECS::TaskDefinition').at(-1)!.id,
              LoadBalancerInfo: { ContainerName: 'payment-api', ContainerPort: 8080 },
            },
          },
        },
      ],
    });
    const { deploymentId } = await codeDeploy.send(
      new CreateDeploymentCommand({
        ...{ applicationName: `${prefix}-prod`, deploymentGroupName: 'payment-api-dg-prod' },
        revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
      }),
    );
    for (let status = ''; status !== 'Succeeded';) {
      const { deploymentInfo } = await codeDeploy.send(new GetDeploymentCommand({ deploymentId }));
      if (/Failed|Stopped/.test(deploymentInfo!.status!)) throw new Error(JSON.stringify(deploymentInfo));
      if (deploymentInfo!.status === 'Ready' && status !== 'Ready') {
        await codeDeploy.send(new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: 'READY_WAIT' }));
      }
      status = deploymentInfo!.status!;
      await new Promise((done) => setTimeout(done, 200));
    }
  }

  /** Prepares the change set that CDK Pipelines would, and runs the guard on it as its step does. */
  async guard(kind: string, { assembly, templates }: Synthesis): Promise<{ code: number | null; said: string }> {
    const StackName = `${prefix}-${kind}-prod`;
    const ChangeSetName = 'PipelineChange';
    await this.cloudFormation.send(new cfn.DeleteChangeSetCommand({ StackName, ChangeSetName }));
    await this.cloudFormation.send(
      new cfn.CreateChangeSetCommand({
        ...{ StackName, ChangeSetName, TemplateBody: templates.get(StackName), Capabilities: ['CAPABILITY_NAMED_IAM'] },
      }),
    );
    return this.node(assembly, ['programs/change-guard.js', '--stack', StackName], {
      ...administrator(this.local.cloud, this.tooling.account, region),
      ...{ STAGE: 'prod', STAGE_REGION: region, RETAIN_DATA: 'true', COMMIT_ID: this.git('rev-parse', 'HEAD') },
      STAGE_ROLE_ARN: `arn:aws:iam::${this.env.account}:role/${this.lookupRole}`,
      DELIVERED: `/${prefix}/delivered/prod`,
    });
  }

  /** Executes the prepared change set. */
  async execute(kind: string): Promise<void> {
    const StackName = `${prefix}-${kind}-prod`;
    await this.cloudFormation.send(new cfn.ExecuteChangeSetCommand({ StackName, ChangeSetName: 'PipelineChange' }));
    await this.settled(StackName);
  }

  /** What a promotion records. */
  async record(commit: string): Promise<void> {
    await new SSMClient(administratorSettings(this.tooling)).send(
      new PutParameterCommand({ Name: `/${prefix}/delivered/prod`, Type: 'String', Value: commit, Overwrite: true }),
    );
  }

  /** All that there is in the account, and all that happened to its stacks: the same before and after where nothing was executed. */
  state(): string {
    const resources = this.env.list().map(({ type, id, properties }) => [type, id, properties]);
    return JSON.stringify([resources, this.env.stacks.map(({ name, events }) => [name, events.length])]);
  }
  has = (type: string, id: string): boolean => this.env.get(type, id) !== undefined;

  /** Runs a program of the assembly. The cloud answers from this process, so it must not be blocked. */
  private node(cwd: string, args: string[], variables: Record<string, string>) {
    const child = spawn(process.execPath, args, {
      ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { PATH: process.env.PATH, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...variables },
    });
    let said = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data: Buffer) => (said += data.toString()));
    return new Promise<{ code: number | null; said: string }>((done) =>
      child.on('close', (code) => done({ code, said: said.trim() })),
    );
  }
}
