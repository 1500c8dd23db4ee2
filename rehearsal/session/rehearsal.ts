import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { S3Client } from '@aws-sdk/client-s3';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startLocalCloud, type LocalCloud } from '../cloud/local-cloud';
import { grantsOf } from '../cloud/access/grants';
import { usageOf } from '../cloud/access/usage';
import type { Cloud, Environment } from '../cloud/state';
import type { Pipeline } from '../runner/definition';
import { historyOf } from '../runner/state';
import { Approvals } from './approvals';
import { readConfiguration, type Configuration } from './configuration';
import { copyEvidence } from './evidence';
import { followToEnd } from './follow';
import type { Installation } from './installation';
import { exceptions } from './iam-exceptions';
import { describeIam, iamReport, writeIamReport } from './iam-report';
import { stillUp, welcome } from './keep';
import type { Options } from './options';
import { bootstrap, buildAndSynthesize, deployPipeline, seed } from './preparation';
import { checkoutOf, makeRemote, push, startPipelineOnPush } from './remote';
import { collect, type Recorded } from './report';
import { writeReport } from './report-files';
import { describe } from './report-text';
import { Screen } from './screen';
import { SecretKeeper } from './secrets';
import { temporaryFolder } from './temporary-folder';
import { administrator, administratorSettings } from './toolkit';
import { Traffic } from './traffic';

/** A rehearsal before its first execution. */
export interface Prepared {
  remote: string;
  branch: string;
  cloud: Cloud;
  local: LocalCloud;
  installation: Installation;
  pipeline: Pipeline;
  recorded: Omit<Recorded, 'traffic' | 'failedBefore'>;
  /** A client of each stage. */
  traffic: Traffic[];
}

/** One run of `npm run rehearse`. */
export class Rehearsal {
  readonly screen = new Screen();
  private readonly configuration: Configuration;
  private directory?: string;
  private local?: LocalCloud;
  private approvals?: Approvals;
  private traffic: Traffic[] = [];
  private secretKeepers: SecretKeeper[] = [];
  /** Exit code of the last execution, while the cloud is kept up after it. */
  outcome?: number;

  constructor(
    private readonly options: Options,
    private readonly root: string,
    private readonly reportFolder: string,
    /** Whether each of the pipeline's actions is shown. */
    private readonly showsActions = true,
  ) {
    this.configuration = readConfiguration(root);
  }

  /** Prepares, delivers the checkout's commit, reports. True where everything went well. */
  async run(): Promise<boolean> {
    const prepared = await this.prepare();
    const { screen, options } = this;
    const { cloud, recorded, pipeline } = prepared;
    await this.deliver(prepared);
    let known = 0;
    let failedBefore = 0;
    for (;;) {
      await followToEnd(recorded.tooling, pipeline.name, known);
      if (cloud.signal.aborted) return false;
      known = historyOf(recorded.tooling, pipeline.name).begun;
      const traffic = this.traffic.map((t) => t.result);
      const report = writeReport(await collect({ ...recorded, traffic, failedBefore }), this.reportFolder);
      if (report.evidence) copyEvidence(cloud, report.evidence, join(this.reportFolder, 'evidence'));
      failedBefore = traffic.reduce((sum, t) => sum + t.failures, 0);
      for (const line of describe(report, this.reportFolder)) screen.line(line);
      const succeeded = this.reportIam(cloud) && report.succeeded;
      screen.line(`All in all ${screen.elapsed}.`);
      if (!options.keep) return succeeded;
      // Once is enough: afterwards the last lines are the report's.
      const first = this.outcome === undefined;
      this.outcome = succeeded ? 0 : 1;
      const kept = { ...prepared, stages: recorded.stages };
      for (const line of first ? welcome(kept) : stillUp(kept)) screen.line(line);
    }
  }

  /** Makes what there is before a pipeline's first execution, and deploys the pipeline. */
  async prepare(): Promise<Prepared> {
    const { screen, configuration, root, options } = this;
    const { branch } = configuration;
    const checkout = await checkoutOf(root);
    screen.line(`Rehearsing the delivery of ${checkout.commit.slice(0, 12)} "${checkout.subject}"`);
    if (checkout.changed) {
      const files =
        checkout.changed === 1 ? '1 file has changes that are' : `${checkout.changed} files have changes that are`;
      screen.line(`Careful: ${files} not committed, and not delivered.`);
    }
    this.directory = temporaryFolder();
    const local = await screen.step('local cloud with its accounts', () => this.startCloud());
    const { cloud } = local;
    const remote = await makeRemote(this.directory, branch);
    const toolkit = { cloud, root, onLine: options.verbose ? (line: string) => screen.line(`    ${line}`) : undefined };
    const installation = await screen.step('build and synthesis', () => buildAndSynthesize(toolkit, options.system));
    await seed(cloud, configuration, installation, remote);
    await screen.step('cdk bootstrap of every account', () => bootstrap(toolkit, installation));
    const pipeline = await screen.step('cdk deploy of the pipeline', () => deployPipeline(toolkit, installation));

    const { account, region } = installation.tooling;
    const tooling = cloud.environment(account, region);
    const client = this.follow(tooling, pipeline);
    const stages = installation.stages.map(({ name, account, region }) => ({
      name,
      env: cloud.environment(account, region),
    }));
    this.secretKeepers = stages.map((stage) => new SecretKeeper(stage, (line) => screen.line(line)));
    this.traffic = stages.map((stage) => new Traffic(stage.name, stage.env));
    startPipelineOnPush(remote, branch, pipeline, administrator(cloud, account, region));
    const recorded = { tooling, stages, client, pipeline: pipeline.name };
    return { remote, branch, cloud, local, installation, pipeline, recorded, traffic: this.traffic };
  }

  /** Pushes the checkout's commit. */
  async deliver({ remote, branch, recorded, pipeline }: Prepared): Promise<void> {
    const said = await push(this.root, remote, branch);
    if (!historyOf(recorded.tooling, pipeline.name).executions.length)
      throw new Error(`the push did not start the pipeline:\n${said}`);
  }

  /** Ends what runs and removes what was written. */
  async end(why?: string): Promise<void> {
    if (why) this.screen.line(`\nThe rehearsal ends: ${why}.`);
    this.screen.end();
    this.approvals?.end();
    this.secretKeepers.forEach((k) => k.end());
    await Promise.all(this.traffic.map((t) => t.end()));
    await this.local?.stop();
    if (this.directory) await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** Tells what roles were denied, and granted in vain. False, where that was asked for, if an explanation explains nothing. */
  private reportIam(cloud: Cloud): boolean {
    const { configuration, options, screen } = this;
    const report = iamReport(grantsOf(cloud), exceptions, [...usageOf(cloud).denials].sort());
    // Other systems than the configured one lack some of what is explained.
    if (options.system && options.system !== configuration.system) report.idle = [];
    writeIamReport(report, this.reportFolder);
    if (options.iam) for (const line of describeIam(report)) screen.line(line);
    else if (report.denied.length) screen.line(`IAM denied ${report.denied.length} calls: --iam report lists them.`);
    return !options.iam || report.idle.length === 0;
  }

  private async startCloud(): Promise<LocalCloud> {
    const { speed, port, verbose } = this.options;
    const log = (line: string) => verbose && this.screen.line(`    cloud: ${line}`);
    this.local = await startLocalCloud({
      directory: this.directory!,
      speed,
      port,
      log,
    });
    return this.local;
  }

  /** Shows what the pipeline does, and answers its approvals. */
  private follow(env: Environment, pipeline: Pipeline): CodePipelineClient {
    const client = new CodePipelineClient(administratorSettings(env));
    const s3 = new S3Client(administratorSettings(env));
    const approvals = new Approvals(client, s3, this.screen, this.options.approve);
    this.approvals = approvals;
    historyOf(env, pipeline.name).listeners.add((event) => {
      if (this.showsActions) this.screen.show(event);
      approvals.answer(event);
    });
    return client;
  }
}
