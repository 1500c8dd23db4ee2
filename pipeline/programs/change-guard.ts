import { parseArgs } from 'node:util';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeRulesCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { openSession } from '../../promotion/session';
import { realPace } from '../../promotion/wait';
import { effectsOf, type Effect } from './effects';
import { awaitExternalSecrets } from './external-secrets';
import { forwardOf, listenerRule, referredGroups, type Forward } from './listener-rules';
import { objectionsTo, type Objection } from './objections';
import { PreparedStack } from './prepared-stack';
import { needed, program, Refusal, seconds, WrongUsage, type Work } from './program';

/**
 * Reads what the pipeline is about to do to a stack (`--stack NAME`), and refuses what would lose data or requests. Before
 * that it waits until the secrets that a person sets (`--secret NAME`, may be repeated) have values: for SECRET_WAIT_SECONDS
 * at most, 1800 if not given, with a look every POLL_SECONDS, 15 if not given.
 */
export const changeGuard: Work = async ({ args, variables, say }) => {
  const { stackName, secrets } = read(args);
  const session = openSession(needed(variables, 'STAGE_REGION'), variables.STAGE_ROLE_ARN, 'change-guard');
  const pace = realPace(seconds(variables, 'POLL_SECONDS', 15));
  const limit = seconds(variables, 'SECRET_WAIT_SECONDS', 1800);
  await awaitExternalSecrets(secrets, { session, pace, limit, say });
  const stack = new PreparedStack(new CloudFormationClient(session), stackName);
  if (await stack.isNew()) return say(`${stackName} is new: there is nothing to guard.`);

  const changes = await stack.changes();
  if (changes.length === 0) return say(`${stackName} does not change.`);

  const effects = effectsOf(changes);
  const template = await stack.template();
  const rules = effects.filter(({ change, modified }) => modified && change.ResourceType === listenerRule);
  const groups = rules.flatMap(({ change }) =>
    referredGroups(template.Resources[change.LogicalResourceId!]?.Properties?.Actions),
  );
  const objections = objectionsTo({
    effects,
    template,
    liveForwards: await liveForwards(new ElasticLoadBalancingV2Client(session), rules),
    physicalIds: await stack.physicalIds(groups),
  });
  if (objections.length > 0) throw new Refusal(refusal(stackName, objections));
  say(`${stackName}: ${changes.length} changes, none that loses data or requests.`);
};

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

async function liveForwards(client: ElasticLoadBalancingV2Client, rules: Effect[]): Promise<Map<string, Forward>> {
  const forwards = new Map<string, Forward>();
  for (const { change } of rules) {
    const arn = change.PhysicalResourceId!;
    try {
      const { Rules } = await client.send(new DescribeRulesCommand({ RuleArns: [arn] }));
      forwards.set(arn, forwardOf(Rules?.[0]?.Actions));
    } catch (error) {
      if ((error as Error).name !== 'RuleNotFoundException') throw error;
    }
  }
  return forwards;
}

function refusal(stackName: string, objections: Objection[]): string {
  const lines = objections.flatMap(({ resource, properties, reason, remedy }) => [
    `- ${resource}${properties.length ? `, by ${properties.join(', ')}` : ''}`,
    `  ${reason}`,
    `  ${remedy}`,
  ]);
  return [`The prepared change of ${stackName} is refused; nothing was changed.`, ...lines].join('\n');
}

program(module, changeGuard);
