import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { openSession, type Session } from '../../promotion/session';
import { realPace } from '../../promotion/wait';
import { readDelivered } from './delivered-commits';
import { effectsOf } from './effects';
import { judge, type Judgement } from './exceptions';
import { exceptionsOf } from './exceptions-file';
import { awaitExternalSecrets } from './external-secrets';
import { exceptionLines, type Origin, refusal, stillProtected } from './guard-texts';
import { liveForwards } from './live-forwards';
import { type Objection, objectionsTo } from './objections';
import { PreparedStack } from './prepared-stack';
import { needed, program, Refusal, seconds, WrongUsage, type Work } from './program';
import { isOpen } from './stack-policy';

/**
 * Reads what the pipeline is about to do to a stack (`--stack NAME`), and refuses what would lose data or requests. Before
 * that it waits until the secrets that a person sets (`--secret NAME`, may be repeated) have values: for SECRET_WAIT_SECONDS
 * at most, 1800 if not given, with a look every POLL_SECONDS, 15 if not given.
 *
 * The exceptions of the environment (STAGE) are in the assembly. Where the stack has some, it reads in the tooling account
 * which commit the environment runs (the SSM parameter DELIVERED). RETAIN_DATA says whether its data outlives the stacks.
 */
export const changeGuard: Work = async (call) => {
  const { args, variables, say } = call;
  const { stackName, secrets } = read(args);
  const origin: Origin = {
    environment: needed(variables, 'STAGE'),
    commit: needed(variables, 'COMMIT_ID'),
    delivered: needed(variables, 'DELIVERED'),
  };
  const session = openSession(needed(variables, 'STAGE_REGION'), variables.STAGE_ROLE_ARN, 'change-guard');
  const pace = realPace(seconds(variables, 'POLL_SECONDS', 15));
  const limit = seconds(variables, 'SECRET_WAIT_SECONDS', 1800);
  await awaitExternalSecrets(secrets, { session, pace, limit, say });
  const stack = new PreparedStack(new CloudFormationClient(session), stackName);
  if (await stack.isNew()) return say(`${stackName} is new: there is nothing to guard.`);

  const { objections, changes } = await examine(stack, session, needed(variables, 'RETAIN_DATA') === 'true');
  const { refused, excepted, unused } = await excuse(objections, stackName, origin, call.directory);
  exceptionLines(excepted, unused).forEach(say);
  if (refused.length > 0) throw new Refusal(refusal(stackName, refused, origin));
  const lost = excepted.map(({ objection }) => objection).filter(({ effect }) => effect !== 'modify');
  if (lost.length > 0 && !isOpen(await stack.policy())) throw new Refusal(stillProtected(stackName, lost));
  if (changes === undefined) return say(`${stackName} does not change.`);
  const but = excepted.length > 0 ? ' but by an exception' : '';
  say(`${stackName}: ${changes} changes, none that loses data or requests${but}.`);
};

interface Examined {
  objections: Objection[];
  /** How many there are; undefined where the stack does not change. */
  changes?: number;
}

/** All that speaks against the stack's change set, and against those of the stacks nested in it. */
async function examine(stack: PreparedStack, session: Session, retainData: boolean): Promise<Examined> {
  const changes = await stack.changes();
  if (changes === undefined) return { objections: [] };
  const effects = effectsOf(changes);
  const own = objectionsTo({
    effects,
    retainData,
    template: await stack.template(),
    deployed: await stack.deployed(),
    liveForwards: await liveForwards(new ElasticLoadBalancingV2Client(session), effects),
    physicalIds: await stack.physicalIds(),
  });
  const nested: Objection[] = [];
  for (const { change, modified } of effects) {
    if (!modified || !change.ChangeSetId) continue;
    nested.push(...(await examine(stack.nested(change), session, retainData)).objections);
  }
  return { objections: [...own, ...nested], changes: changes.length };
}

/** Applies the exceptions that the assembly has for the stack. */
async function excuse(
  objections: Objection[],
  stackName: string,
  { environment, delivered }: Origin,
  assembly: string,
): Promise<Judgement> {
  const exceptions = exceptionsOf(assembly, environment, stackName);
  // Without exceptions the step may not read it, and needs not.
  const [record] = exceptions.length > 0 ? await readDelivered(new SSMClient({}), [delivered]) : [];
  return judge(objections, exceptions, { environment, running: record?.commit });
}

function read(args: string[]): { stackName: string; secrets: string[] } {
  const options = {
    stack: { type: 'string' },
    secret: { type: 'string', multiple: true, default: [] as string[] },
  } as const;
  try {
    const { stack, secret } = parseArgs({ args, options }).values;
    if (stack) return { stackName: stack, secrets: secret };
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
  throw new WrongUsage('Which stack? Usage: node programs/change-guard.js --stack NAME [--secret NAME]...');
}

program(module, changeGuard);
