import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { EvidenceTarget } from './evidence/target';
import type { Session } from './session';
import type { Stage } from './stage';
import { StageOutputs } from './stage-outputs';
import type { Pace } from './wait';

/** What every command of the promotion works with. */
export interface Work {
  stage: Stage;
  clients: Clients;
  outputs: StageOutputs;
  pace: Pace;
  say: (line: string) => void;
  limits: Limits;
  /** Commit that this pipeline execution delivers. */
  commit?: string;
  /** Where evidence is kept. @default nowhere: a person runs the command */
  evidence?: EvidenceTarget;
  /** Says a line that tells why the command fails, and keeps it as a reason. */
  fail: (line: string) => void;
  /** Why the command fails. */
  reasons: string[];
}

/** Seconds. */
export interface Limits {
  /** For one deployment, task roll or stack. @default 3600 */
  timeout: number;
  /** For somebody else's deployment to end. @default 900 */
  wait: number;
  /** Without a healthy task, before a first creation or a release is given up. @default 600 */
  patience: number;
}

export type Clients = ReturnType<typeof clientsOf>;

export function clientsOf(session: Session, tooling: Session) {
  return {
    applicationAutoScaling: new ApplicationAutoScalingClient(session),
    cloudFormation: new CloudFormationClient(session),
    codeDeploy: new CodeDeployClient(session),
    ecs: new ECSClient(session),
    elasticLoadBalancing: new ElasticLoadBalancingV2Client(session),
    logs: new CloudWatchLogsClient(session),
    ssm: new SSMClient(session),
    toolingPipeline: new CodePipelineClient(tooling),
    toolingS3: new S3Client(tooling),
    toolingSsm: new SSMClient(tooling),
  };
}

export function startWork(
  stage: Stage,
  clients: Clients,
  rest: Pick<Work, 'pace' | 'say' | 'limits' | 'commit' | 'evidence'>,
): Work {
  const reasons: string[] = [];
  const fail = (line: string) => {
    reasons.push(line);
    rest.say(line);
  };
  return { stage, clients, outputs: new StageOutputs(clients.cloudFormation, stage), ...rest, fail, reasons };
}
