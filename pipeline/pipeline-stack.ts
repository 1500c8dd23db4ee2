import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { BuildSpec, LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { ExecutionMode, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CodePipeline, type CodeBuildOptions, type Step } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import type { Environment } from '../declarations/environment';
import { evidenceOutput } from '../declarations/evidence';
import { pipelineName } from '../declarations/names';
import type { System } from '../declarations/system';
import type { Configuration } from '../stages/configuration';
import { PaymentStage } from '../stages/payment-stage';
import { ArtifactBucket } from './artifact-bucket';
import type { ArtifactKey } from './artifact-key';
import { EvidenceBucket } from './evidence-bucket';
import { GitHubAccess } from './github-access';
import { narrowGrants } from './narrow-grants';
import { OperatorRole } from './operator-role';
import { Registry } from './registry';
import { SigningKey } from './signing-key';
import { narrowSelfMutation } from './self-mutation';
import { Approval } from './steps/approval';
import { Attest } from './steps/attest';
import { Changes, type ChangesProps } from './steps/changes';
import { ChangeGuard } from './steps/change-guard';
import { CommitCheck } from './steps/commit-check';
import { Images } from './steps/images';
import { KeepImages } from './steps/keep-images';
import { LiveChecks, reportName } from './steps/live-checks';
import { Promotion } from './steps/promotion';
import { Protect } from './steps/protect';
import { Release } from './steps/release';
import { Source } from './steps/source';
import { type StageTarget, stepRoleId } from './steps/stage-target';
import { Synth } from './steps/synth';
import { VerifyImages } from './steps/verify-images';
import { Watch } from './steps/watch';

/** Version of the CDK CLI that SelfMutate installs: the one in package.json. */
export const cliVersion = '2.1148.1';

export interface PipelineStackProps {
  configuration: Configuration;
  system: System;
  /** Where the pipeline and the image repositories live. */
  tooling: { account: string; region: string };
  /** In the order of delivery. */
  environments: Environment[];
  /** Image of each service, by the service's name. */
  images: Record<string, { tag: string }>;
}

/** Takes one commit through every environment. Changes itself first. */
export class PipelineStack extends Stack {
  /** Throws where no environment takes the system. */
  constructor(scope: Construct, props: PipelineStackProps) {
    const { configuration, system, tooling, environments } = props;
    if (environments.length === 0) {
      throw new Error(
        `Every environment in configuration.json is kept for another system than '${system.name}': ` +
          `set environments.<name>.system to '${system.name}' in one of them, or leave it out there`,
      );
    }
    const name = pipelineName(system);
    super(scope, name, { stackName: name, env: tooling, description: `Delivery of ${system.name}` });

    const source = new Source(configuration);
    const isDefault = system.name === configuration.system;
    const assembly = new Synth({ scope: this, source, system: isDefault ? undefined : system.name });
    const artifactBucket = new ArtifactBucket(this, 'Artifacts');
    const evidence = new EvidenceBucket(this, 'Evidence');
    new CfnOutput(this, evidenceOutput, { value: evidence.bucketName });
    const pipeline = new CodePipeline(this, 'Pipeline', {
      pipelineName: name,
      pipelineType: PipelineType.V2,
      // One execution after the other, and none is skipped.
      executionMode: ExecutionMode.QUEUED,
      crossAccountKeys: true,
      artifactBucket,
      cliVersion,
      synth: assembly,
      codeBuildDefaults: this.buildDefaults(name, artifactBucket.key),
    });

    const registry = new Registry(this, 'Registry', { system, environments });
    const commitCheck = new CommitCheck({ scope: this, system, environments, source, assembly });
    const images = new Images({ scope: this, system, registry, assembly });
    images.addStepDependency(commitCheck);
    const signingKey = new SigningKey(this, 'SigningKey', { alias: `${name}-signing` });
    const signed = { scope: this, system, registry, signingKey, assembly };
    const attest = new Attest({ ...signed, images, repository: configuration.repository });
    pipeline.addWave('Verify', { pre: [commitCheck, images, attest] });

    const { operators } = configuration;
    environments.forEach((environment, i) => {
      const target = { scope: this, system, environment, assembly, evidence, previous: environments[i - 1] };
      if (operators.length) new OperatorRole(target, { registry, evidence, operators });
      this.deliver(pipeline, { ...props, target, registry, signingKey, digests: images.digests });
    });
    pipeline.buildPipeline();
    narrowSelfMutation(pipeline);
    narrowGrants(this, Object.fromEntries(environments.map((e) => [stepRoleId('checks', e), reportName])));
    new GitHubAccess(this, 'GitHubAccess', { configuration, pipelineName: name, environments });
    tag(this, system);
  }

  /** images verified, [approval] → prepare, guard and deploy each stack, services watched → release, protection → checks → promotion → images kept */
  private deliver(pipeline: CodePipeline, props: DeliverProps): void {
    const { system, tooling, images, target, registry, signingKey, digests } = props;
    const { environment } = target;
    const stage = new PaymentStage(this, environment.name, { system, environment, tooling, images });
    const stackNames = stage.stacks.map(({ stackName }) => stackName);
    for (const { stack } of environment.exceptions.filter((exception) => !stackNames.includes(exception.stack))) {
      Annotations.of(this).addInfo(
        `The exception of '${environment.name}' for ${stack} does nothing: there is no such stack.`,
      );
    }
    const deployed = [new Release(target), new Protect(target, stackNames)];
    const afterwards = [new LiveChecks(target, registry), new Promotion(target), new KeepImages(target, registry)];
    for (const step of deployed) afterwards[0]!.addStepDependency(step);
    afterwards.slice(1).forEach((step, i) => step.addStepDependency(afterwards[i]!));
    pipeline.addStage(stage, {
      pre: environment.approval
        ? asked(target, { registry, signingKey, stackNames, digests })
        : [new VerifyImages(target, { registry, signingKey })],
      stackSteps: stage.stacks.map((stack) => ({ stack, changeSet: [new ChangeGuard(target, stack.stackName)] })),
      post: [new Watch(target), ...deployed, ...afterwards],
    });
  }

  /** Every build runs on one pinned image and Node.js version, and logs to one group. */
  private buildDefaults(name: string, encryptionKey: ArtifactKey): CodeBuildOptions {
    const logGroupName = `/codebuild/${name}`;
    encryptionKey.encryptLogs(logGroupName);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName,
      encryptionKey,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    return {
      buildEnvironment: { buildImage: LinuxBuildImage.STANDARD_7_0 },
      partialBuildSpec: BuildSpec.fromObject({
        version: '0.2',
        phases: { install: { 'runtime-versions': { nodejs: '22' } } },
      }),
      logging: { cloudWatch: { logGroup } },
      // A promotion may wait for a deployment in flight, and then for an hour for its own.
      timeout: Duration.hours(2),
    };
  }
}

/** Images are verified and what would change is told, then a person decides. */
function asked(target: StageTarget, props: ChangesProps): Step[] {
  const changes = new Changes(target, props);
  return [changes, new Approval(target, changes)];
}

interface DeliverProps extends PipelineStackProps {
  target: StageTarget;
  registry: Registry;
  signingKey: SigningKey;
  digests: string;
}

function tag(stack: Stack, system: System): void {
  const tags = {
    ...system.tags,
    Environment: 'tooling',
    Team: 'payments',
    CostCenter: 'engineering',
    Service: system.name,
    Name: stack.stackName,
    ManagedBy: 'cdk',
  };
  for (const [key, value] of Object.entries(tags)) Tags.of(stack).add(key, value);
}
