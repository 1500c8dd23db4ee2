import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Stage } from '../../promotion/stage';
import type { Pace } from '../../promotion/wait';
import type { ClientSettings } from '../commands/accounts';

/** What destroying works with. */
export interface Work {
  stage: Stage;
  clients: Clients;
  pace: Pace;
  say: (line: string) => void;
}
export type Clients = ReturnType<typeof clientsOf>;

/** Clients of the environment's account, and of the account that holds images and the delivery's records. */
export function clientsOf(own: ClientSettings, tooling: ClientSettings) {
  return {
    applicationAutoScaling: new ApplicationAutoScalingClient(own),
    cloudFormation: new CloudFormationClient(own),
    codeDeploy: new CodeDeployClient(own),
    ecs: new ECSClient(own),
    logs: new CloudWatchLogsClient(own),
    rds: new RDSClient(own),
    s3: new S3Client(own),
    secretsManager: new SecretsManagerClient(own),
    ssm: new SSMClient(own),
    ecr: new ECRClient(tooling),
    toolingSsm: new SSMClient(tooling),
  };
}

/** The answer, or undefined where AWS says by one of these errors that there is nothing. */
export async function unlessAbsent<T>(answer: Promise<T>, ...errors: string[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errors.includes((error as Error).name)) return undefined;
    throw error;
  }
}
