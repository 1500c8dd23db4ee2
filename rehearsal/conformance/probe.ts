import { ACMClient } from '@aws-sdk/client-acm';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** Settings that every client takes. */
export interface Settings {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
  maxAttempts?: number;
}

export const clientsOf = (settings: Settings) => ({
  acm: new ACMClient(settings),
  applicationAutoScaling: new ApplicationAutoScalingClient(settings),
  cloudFormation: new CloudFormationClient(settings),
  cloudWatch: new CloudWatchClient(settings),
  codeBuild: new CodeBuildClient(settings),
  codeDeploy: new CodeDeployClient(settings),
  codePipeline: new CodePipelineClient(settings),
  ec2: new EC2Client(settings),
  ecr: new ECRClient(settings),
  ecs: new ECSClient(settings),
  elasticLoadBalancing: new ElasticLoadBalancingV2Client(settings),
  iam: new IAMClient(settings),
  kms: new KMSClient(settings),
  lambda: new LambdaClient(settings),
  logs: new CloudWatchLogsClient(settings),
  rds: new RDSClient(settings),
  s3: new S3Client(settings),
  secretsManager: new SecretsManagerClient(settings),
  sns: new SNSClient(settings),
  ssm: new SSMClient(settings),
  sts: new STSClient(settings),
});
export type Clients = ReturnType<typeof clientsOf>;

/** Where a probe asks. */
export interface Place {
  account: string;
  region: string;
}

/** One thing that the ledger says, and the reading call that shows it. */
export interface Probe {
  /** How the ledger's row begins; just one row does. */
  row: string;
  /** What is asked, for the table. */
  call: string;
  /** The call. It reads and never changes anything: an error is an answer, too. */
  ask: (clients: Clients, place: Place) => Promise<unknown>;
  /** The answer as text: 'Code: message' of an error, JSON of anything else. */
  expected: string | ((place: Place) => string);
}

/** A name that nothing has. */
export const nothing = 'conformance-nothing';
