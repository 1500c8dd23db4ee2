import { openSession } from '../../promotion/session';
import type { Stage } from '../../promotion/stage';

/** Settings of SDK clients. */
export interface ClientSettings {
  region: string;
  maxAttempts?: number;
  /** Profile of AWS's configuration files. @default the SDK's default chain */
  profile?: string;
  credentials?: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
}

/** Where, and with whose credentials, a stage is looked at. */
export interface Sessions {
  /** In the stage's account. */
  stage: ClientSettings;
  /** In the tooling account, where the image repositories are. */
  tooling: ClientSettings;
}

let given: Sessions | undefined;

/** Tells whose credentials the suites look with. Comes before they are loaded. */
export function lookWith(sessions: Sessions): void {
  given = sessions;
}

/** What was given, or a step's: the role that it assumes in the stage's account, and its own in the tooling account. */
export function sessionsFor({ environment, toolingRegion }: Stage): Sessions {
  if (given) return given;
  const { STAGE_REGION: region = environment.region, STAGE_ROLE_ARN: role } = process.env;
  return { stage: openSession(region, role, 'live-checks'), tooling: openSession(toolingRegion, undefined, '') };
}
