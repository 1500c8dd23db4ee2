// Takes statements away, one at a time, and runs the step again that has to miss them.
import { readFileSync } from 'node:fs';
import { usageOf } from '../cloud/access/usage';
import type { Cloud, Environment } from '../cloud/state';
import { performAgain } from '../runner/execution';
import type { ActionRun, Execution } from '../runner/state';
import { delivered, type Condition } from './conditions';
import { missed, type Outcome } from './judge';
import type { Row } from './report';
import { roleName, stepOf, withdraw, type StepStatement } from './step-statements';
import type { TrialStage } from './trial-stage';

/** Everything that an action and its build said. */
const outcomeOf = ({ status, error, logFile }: ActionRun): Outcome => ({
  failed: status === 'Failed',
  said: [error?.message, logFile ? readFileSync(logFile, 'utf8') : ''].join('\n'),
});

export class Trials {
  /** By the first of the statements that are alike. */
  private readonly rows = new Map<StepStatement, Row>();

  /** What could not be tried, and why. */
  readonly problems: string[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly groups: StepStatement[][],
    /** Is told each statement that was missed. */
    private readonly tell: (row: Row) => void,
  ) {}

  /** A row for each group of statements: those that no step has missed say so. */
  get result(): Row[] {
    return this.groups.map((group) => this.rows.get(group[0]!) ?? rowOf(group));
  }

  /** Statements that were not missed so far, of the roles of a step. */
  private open(step?: string): StepStatement[] {
    const firsts = this.groups.map(([first]) => first!);
    const not = firsts.filter((one) => !this.rows.has(one) || this.rows.get(one)!.wrong.length);
    return not.filter(({ actions }) => !step || actions.some((a) => stepOf(a) === step));
  }

  /** Tries what the delivery used, two steps at a time: one step's trials would disturb each other. */
  async afterDelivery(tooling: Environment, execution: Execution): Promise<void> {
    const used = this.used(this.open());
    const waiting = [...new Set(used.map(({ actions }) => actions[0]!))];
    const lane = async () => {
      for (let action = waiting.shift(); action; action = waiting.shift()) {
        for (const one of used.filter(({ actions }) => actions[0] === action))
          await this.try(one, delivered, () => performAgain(tooling, execution, one.actions[0]!));
      }
    };
    await Promise.all([lane(), lane()]);
  }

  /** Whether something is left to try under a condition. */
  needs({ step }: Pick<Condition, 'step'>): boolean {
    return this.open(step).length > 0;
  }

  /** Tries what a step uses under a condition. A condition that cannot be arranged is a problem, and no end: the others are tried. */
  async under(condition: Condition, at: TrialStage): Promise<void> {
    const { step, when } = condition;
    await this.tryUnder(condition, at).catch((error: Error) =>
      this.problems.push(`${step}, when ${when}: ${error.message}`),
    );
  }

  /** The step is run with every statement first, to see what it uses. */
  private async tryUnder(condition: Condition, at: TrialStage): Promise<void> {
    const { when, step, arrange } = condition;
    const here = () => this.open(step).filter(({ actions }) => actions.some((a) => a.stage === at.action(step).stage));
    if (!here().length) return;
    if (!condition.leavesNothing) {
      const end = await arrange(at);
      usageOf(this.cloud).forget();
      await at.run(step).finally(end);
    }
    for (const one of condition.leavesNothing ? here() : this.used(here())) {
      const end = await arrange(at);
      await this.try(one, when, () => at.run(step), step).finally(end);
    }
  }

  private used(statements: StepStatement[]): StepStatement[] {
    const usage = usageOf(this.cloud);
    return statements.filter(({ roleArn, statement }) => usage.of(roleArn, statement).size > 0);
  }

  private async try(one: StepStatement, when: string, run: () => Promise<ActionRun>, step?: string): Promise<void> {
    const giveBack = withdraw(this.cloud, one);
    const began = Date.now();
    const outcome = outcomeOf(await run().finally(giveBack));
    const seconds = (Date.now() - began) / 1000;
    const denied = missed(outcome, roleName(one), one.statement);
    const group = this.groups.find(([first]) => first === one)!;
    const known = this.rows.get(one);
    const row = {
      ...rowOf(group, step),
      when,
      denied,
      seconds: seconds + (known?.seconds ?? 0),
      wrong: [] as string[],
    };
    if (!outcome.failed) row.wrong = [`${row.step} does without it, when ${when}`];
    else if (!denied) row.wrong = [`${row.step} fails, when ${when}, and names no denial of its role`];
    this.rows.set(one, row);
    if (!row.wrong.length) this.tell(row);
  }
}

/** What is known of statements before they are tried. */
function rowOf(group: StepStatement[], step?: string): Row {
  const [one, ...others] = group as [StepStatement, ...StepStatement[]];
  const action = one.actions.find((a) => stepOf(a) === step) ?? one.actions[0]!;
  return {
    role: roleName(one),
    statement: one.number,
    actions: [one.statement.Action ?? []].flat(),
    step: `${action.stage} ${action.name}`,
    when: '',
    alike: others.map(roleName),
    seconds: 0,
    wrong: ['no step uses it'],
  };
}
