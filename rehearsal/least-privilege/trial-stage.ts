// A stage that a second commit is under way in: the ground for what a first delivery does not do.
import { ContinueDeploymentCommand, CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import type { Cloud } from '../cloud/state';
import { isLikeInAnyCase } from '../cloud/iam/pattern';
import { listOf } from '../cloud/iam/policy';
import { deployByHand, liveTaskSets, reached } from '../drills/by-hand';
import type { Stage } from '../drills/fault';
import { admin, until } from '../drills/seeds';
import { performAgain } from '../runner/execution';
import type { ActionRun, Execution } from '../runner/state';
import { roleName, stepActions, stepOf, type StepStatement, withdraw } from './step-statements';

export class TrialStage {
  constructor(
    readonly stage: Stage,
    /** The execution that has failed in the stage, with green held. */
    readonly execution: Execution,
    private readonly statements: StepStatement[],
    /** payment-api's revision before. */
    private readonly before: string,
  ) {}

  get cloud(): Cloud {
    return this.stage.env.cloud;
  }

  /** The stage's action of a step; one before all stages where it has none. */
  action(step: string) {
    const all = stepActions(this.execution.pipeline).filter((action) => stepOf(action) === step);
    const found = all.find(({ stage }) => stage === this.stage.name) ?? all[0];
    if (!found) throw new Error(`the pipeline has no step ${step}`);
    return found;
  }

  run(step: string): Promise<ActionRun> {
    return performAgain(this.stage.tooling, this.execution, this.action(step));
  }

  /** Runs a step that has what it needs. */
  async succeed(step: string): Promise<void> {
    const { status, error } = await this.run(step);
    if (status !== 'Succeeded') throw new Error(`${step} has failed with every statement in place: ${error?.message}`);
  }

  /** Lets a step fail: takes from its role in the stage's account what allows an action. The result gives it back. */
  deny(step: string, action: string): () => void {
    const role = `-delivery-${step}-${this.stage.name}`;
    const allows = ({ statement }: StepStatement) => listOf(statement.Action).some((p) => isLikeInAnyCase(p, action));
    const found = this.statements.find((one) => roleName(one).endsWith(role) && allows(one));
    if (!found) throw new Error(`no statement of ${role} allows ${action}`);
    return withdraw(this.cloud, found);
  }

  /** Green is held: healthy, and not promoted. */
  async hold(): Promise<void> {
    if (await this.isHeld()) return;
    await this.goBack();
    await this.succeed('release');
  }

  /** Blue runs alone, and a revision is there to release: the live checks have refused it. */
  async refuse(): Promise<void> {
    if (!(await this.isHeld())) return this.goBack();
    const giveBack = this.deny('checks', 'cloudformation:DescribeStacks');
    await this.run('live-checks').finally(giveBack);
    await this.settled();
    if (await this.isHeld()) throw new Error('the live checks have failed, and green is still held');
  }

  private async isHeld(): Promise<boolean> {
    return (await this.deployments('Ready')).length > 0;
  }

  /** Where a trial has promoted green in spite of its failure, a person goes back. */
  private async goBack(): Promise<void> {
    await this.settled();
    if ((await liveTaskSets(this.stage))[0]!.taskDefinition === this.before) return;
    const deploymentId = await deployByHand(this.stage, this.before);
    await reached(this.stage, deploymentId, 'Ready');
    const goOn = new ContinueDeploymentCommand({ deploymentId, deploymentWaitType: 'READY_WAIT' });
    await admin(this.stage.env, CodeDeployClient).send(goOn);
    await reached(this.stage, deploymentId, 'Succeeded');
  }

  private async settled(): Promise<void> {
    await until('deployments to end', async () => {
      const underway = await this.deployments('Created', 'Queued', 'InProgress');
      return underway.length || (await liveTaskSets(this.stage)).length > 1 ? undefined : true;
    });
  }

  private async deployments(...includeOnlyStatuses: ('Ready' | 'Created' | 'Queued' | 'InProgress')[]) {
    const list = new ListDeploymentsCommand({ includeOnlyStatuses });
    return (await admin(this.stage.env, CodeDeployClient).send(list)).deployments ?? [];
  }
}
