import { parseArgs } from 'node:util';
import { systemNamed } from '../stages/systems';
import type { Limits } from './work';

export const commands = ['watch', 'release', 'promote', 'stop', 'evidence'] as const;
export type Command = (typeof commands)[number];

/** What a person or a pipeline step asked for. */
export interface Arguments {
  command: Command;
  stage: string;
  /** Name of a known system; none: the configured one. */
  system?: string;
  services: string[];
  commit?: string;
  /** Folder with the live checks' reports. */
  reports: string;
  /** The live checks have failed. */
  refused: boolean;
  limits: Limits;
  /** Seconds between two looks. */
  poll: number;
}
export type Variables = Record<string, string | undefined>;

/** A wrong call: the program says how it is used and exits 2. */
export class UsageError extends Error {}

export const usage = `Usage: node programs/promotion.js <command> --stage <environment> [options]

Commands
  watch    follow the Deploy of the service stacks; end a first deploy early whose tasks never become healthy
  release  start the new revision of every service and hold it for checks
  promote  shift production traffic to the held revisions
  stop     roll back everything that is held or in flight
  evidence keep the live checks' results, and with --refused the evidence of a refused release

Options
  --stage <environment>   default: variable STAGE
  --service <name>        watch only this one, else all at once; may be repeated
  --commit <id>           default: variable COMMIT_ID; promote needs it
  --timeout <seconds>     for one deployment, 3600 if not given
  --wait <seconds>        for somebody else's deployment to end; variable WAIT_SECONDS, else 900
  --patience <seconds>    without a healthy task before a first deploy or a release is given up;
                          variable PATIENCE_SECONDS, else 600
  --reports <folder>      where the live checks left their results, 'reports' if not given
  --refused               the live checks have failed

Variables
  SYSTEM                         whose services, the configured system's if not given
  STAGE_ROLE_ARN, STAGE_REGION   role to assume, and where
  RELEASE_ROLE_ARN               role that stop assumes instead, where it is set
  POLL_SECONDS                   between two looks, 5 if not given
  EVIDENCE_BUCKET, PIPELINE, PIPELINE_EXECUTION_ID
                                 where release, promote and evidence keep what they did, and of which execution
  PREVIOUS_STAGE                 whose evidence promote compares the running digests with
  REVISIONS                      JSON that going back sets: by service, the TaskDefinitionArn and ImageTag
                                 to release instead of what the stacks deployed`;

/** Reads the command line and the step's variables. Throws UsageError. */
export function readArguments(args: string[], variables: Variables): Arguments {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (!isCommand(command) || rest.length) {
    throw new UsageError(
      `Give one command of ${commands.join(', ')}${command ? `, not '${positionals.join(' ')}'` : ''}`,
    );
  }
  const stage = values.stage ?? variables.STAGE;
  if (!stage) throw new UsageError('Which environment? Give --stage or set STAGE');
  const commit = values.commit ?? variables.COMMIT_ID;
  if ((command === 'promote' || command === 'evidence') && !commit)
    throw new UsageError('Which commit is delivered? Give --commit or set COMMIT_ID');
  const limits = {
    timeout: seconds('--timeout', values.timeout, 3600),
    wait: seconds('--wait', values.wait ?? variables.WAIT_SECONDS, 900),
    patience: seconds('--patience', values.patience ?? variables.PATIENCE_SECONDS, 600),
  };
  return {
    command,
    stage,
    system: knownSystem(variables.SYSTEM),
    services: values.service,
    commit,
    reports: values.reports,
    refused: values.refused,
    limits,
    poll: seconds('POLL_SECONDS', variables.POLL_SECONDS, 5),
  };
}

const isCommand = (word: string | undefined): word is Command =>
  (commands as readonly (string | undefined)[]).includes(word);

function knownSystem(name: string | undefined): string | undefined {
  try {
    return name === undefined ? undefined : systemNamed(name).name;
  } catch (error) {
    throw new UsageError(`SYSTEM: ${(error as Error).message}`);
  }
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const service = { type: 'string', multiple: true, default: [] as string[] } as const;
  const ofChecks = {
    reports: { type: 'string', default: 'reports' },
    refused: { type: 'boolean', default: false },
  } as const;
  const options = { stage: text, service, commit: text, timeout: text, wait: text, patience: text, ...ofChecks };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function seconds(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() && Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`${name} is a number of seconds, not '${text}'`);
}
