// npm run rollback: back to the previous good release, through the same gate.
import { ECRClient } from '@aws-sdk/client-ecr';
import { join } from 'node:path';
import { shortRevision } from '../promotion/decisions/serving';
import { Refusal, type Work } from '../pipeline/programs/program';
import { RunningImages } from '../pipeline/programs/running-images';
import { changes, obstacles, whereTo } from '../promotion/decisions/going-back';
import type { Revisions } from '../promotion/revisions';
import { type Stage, stageNamed } from '../promotion/stage';
import { StageOutputs } from '../promotion/stage-outputs';
import { realPace } from '../promotion/wait';
import { clientsOf, startWork } from '../promotion/work';
import { readConfiguration } from '../stages/configuration';
import { toolingOf } from '../stages/environments';
import { type ClientSettings, refusePlaceholders } from './commands/accounts';
import { command } from './commands/command';
import { known, readOptions, wrongUsage } from './commands/options';
import { EvidenceBucket } from './rollback/evidence-bucket';
import { programsIn, reports, type Step, throughTheGate } from './rollback/gate';
import { assume, becomeOperator, type Operator } from './rollback/operator';
import { possibilities, servingNow } from './rollback/possible';
import { recordGoingBack } from './rollback/record';

const usage = `npm run rollback -- --stage NAME --reason TEXT [options]

Takes an environment back to the release that was promoted before the present one, by the pipeline's own steps: its revisions are started again and
held, the live checks look at them, then traffic shifts. Who went back and why is kept with the releases' evidence. Nothing is built and no stack changes.

  --stage NAME     needed
  --reason TEXT    needed: why, for whoever reads it later
  --dry-run        say what would be done, and whether it can
  --system NAME    of this system (default: the one in configuration.json)
  --help           show this

Exit code: 0 done, 1 refused or failed, 2 for a wrong command line.
Credentials: those of one of the 'operators' in configuration.json, in the tooling account; AWS_PROFILE chooses them.`;

const text = { type: 'string' } as const;

export const rollback: Work = async ({ args, variables, directory, say }) => {
  const flag = { type: 'boolean', default: false } as const;
  const options = readOptions(args, { stage: text, reason: text, system: text, 'dry-run': flag }, usage);
  if (options === 'help') return say(usage);
  const reason = options.reason?.trim();
  if (!options.stage) throw wrongUsage('Which environment? Give --stage', usage);
  if (!reason) throw wrongUsage('Why? Give --reason "…": it is kept with the evidence', usage);
  const stage = known(() => stageNamed(options.stage!, options.system));
  const configuration = readConfiguration();
  const name = stage.environment.name;
  refusePlaceholders(configuration, ['tooling', name], variables);

  const tooling = toolingOf(configuration, stage.system);
  const operator = await becomeOperator(stage, tooling, variables);
  const work = await workIn(stage, operator, 'checks', variables, say);
  const bucket = await EvidenceBucket.of(stage, operator.settings);
  const serving = await servingNow(work);
  const services = stage.system.services.map((s) => s.name);
  const chosen = whereTo(await bucket.promoted(stage), services, serving);
  if ('refused' in chosen) throw new Refusal(chosen.refused);
  const { target, from } = chosen;
  say(`${name}: back to commit ${target.commit}, promoted ${target.written}, from commit ${from.commit}.`);
  for (const change of changes(target, serving)) {
    say(`  ${change.service}: ${shortRevision(change.from)} → ${shortRevision(change.to)}`);
  }
  const inTheWay = obstacles(target, await possibilities(work, target, operator.settings));
  if (inTheWay.length) throw new Refusal(`It cannot go back:\n${inTheWay.join('\n')}`);
  if (options['dry-run']) return say('Nothing was done: --dry-run.');

  const id = `rollback-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  const revisions: Revisions = Object.fromEntries(
    target.services.map((s) => [s.name, { TaskDefinitionArn: s.taskDefinition, ImageTag: s.tag }]),
  );
  const variablesOf = async (step: Step) => {
    const session = (await becomeOperator(stage, tooling, variables)).settings;
    return {
      ...withoutCredentials(variables),
      ...(await credentialsOf(session)),
      ...{ AWS_REGION: tooling.region, SYSTEM: stage.system.name, STAGE: name, COMMIT_ID: target.commit },
      ...{ STAGE_ROLE_ARN: roleFor(stage, step), STAGE_REGION: stage.environment.region },
      ...{ REVISIONS: JSON.stringify(revisions) },
    };
  };
  const outcome = await throughTheGate(programsIn(directory, variablesOf, say), say);
  // The sessions from before may have ended by now.
  const now = await becomeOperator(stage, tooling, variables);
  const report = join(directory, reports, 'live-checks.xml');
  const done = { id, target, by: operator.by, reason, from: from.execution, report };
  const later = await workIn(stage, now, 'promotion', variables, say, revisions);
  say(`Evidence: ${await recordGoingBack(later, await EvidenceBucket.of(stage, now.settings), done, outcome)}`);
  if (outcome.refusedBy) throw new Refusal(`${name} did not go back: ${outcome.refusedBy} refused it, see above`);
  const images = new RunningImages(new ECRClient(now.settings), name, say);
  for (const service of target.services) await images.mark(service.name, service.tag);
  say(
    `${name} serves commit ${target.commit} again. Revert in git as well: the next delivery brings ${from.commit} back.`,
  );
};

/**
 * What the promotion's code works with, in the stage, by the role of a step.
 * @param revisions what services run instead of what their stacks deployed
 */
async function workIn(
  stage: Stage,
  { by, settings }: Operator,
  step: Step,
  variables: NodeJS.ProcessEnv,
  say: (line: string) => void,
  revisions: Revisions = {},
) {
  const { region } = stage.environment;
  const inStage = await assume({ ...settings, region }, roleFor(stage, step), by);
  const limits = { timeout: 3600, wait: 900, patience: 600 };
  const pace = realPace(Number(variables.POLL_SECONDS ?? 5));
  const clients = clientsOf(sessionOf(inStage), sessionOf(settings));
  const outputs = new StageOutputs(clients.cloudFormation, stage, revisions);
  return { ...startWork(stage, clients, { pace, say, limits }), outputs };
}

/** The stage's role that does a step's work; stopping is the release role's. */
function roleFor({ names, environment }: Stage, step: Step): string {
  const role = names.deliveryRole(step === 'stop' ? 'release' : step);
  return `arn:aws:iam::${environment.account}:role/${role}`;
}

const sessionOf = ({ region, credentials }: ClientSettings) => ({
  region,
  credentials: credentials as () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }>,
});

async function credentialsOf({ credentials }: ClientSettings): Promise<NodeJS.ProcessEnv> {
  const { accessKeyId, secretAccessKey, sessionToken } = await credentials!();
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken };
}

function withoutCredentials({ AWS_PROFILE: _profile, AWS_DEFAULT_PROFILE: _other, ...rest }: NodeJS.ProcessEnv) {
  return rest;
}

command(module, rollback);
