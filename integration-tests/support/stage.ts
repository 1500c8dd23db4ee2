import { ACMClient } from '@aws-sdk/client-acm';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { SNSClient } from '@aws-sdk/client-sns';
import { stageNamed } from '../../promotion/stage';
import { StageOutputs } from '../../promotion/stage-outputs';
import { sessionsFor } from './sessions';

const name = process.env.STAGE;
if (!name) throw new Error('Which environment shall be checked? Set STAGE, for example STAGE=dev');

/** What the declarations say of the stage that is checked. */
export const stage = stageNamed(name, process.env.SYSTEM);
export const { system, environment, names } = stage;

const { stage: session, tooling } = sessionsFor(stage);

export const acm = new ACMClient(session);
export const cloudFormation = new CloudFormationClient(session);
export const cloudWatch = new CloudWatchClient(session);
export const codeDeploy = new CodeDeployClient(session);
export const ec2 = new EC2Client(session);
export const ecs = new ECSClient(session);
export const elasticLoadBalancing = new ElasticLoadBalancingV2Client(session);
export const kms = new KMSClient(session);
export const lambda = new LambdaClient(session);
export const logs = new CloudWatchLogsClient(session);
export const rds = new RDSClient(session);
export const scaling = new ApplicationAutoScalingClient(session);
export const secretsManager = new SecretsManagerClient(session);
export const serviceDiscovery = new ServiceDiscoveryClient(session);
export const sns = new SNSClient(session);
/** In the tooling account. */
export const ecr = new ECRClient(tooling);

/** What the stage's stacks told. */
export const outputs = new StageOutputs(cloudFormation, stage);

/** A command of the AWS CLI in the stage's region, to look closer with. */
export const cli = (command: string) => `aws ${command} --region ${environment.region}`;
/** The same in the tooling account. */
export const toolingCli = (command: string) =>
  `aws ${command} --region ${stage.toolingRegion} (in the tooling account)`;

/** Lists in outputs are joined with commas. */
export const list = (output: string): string[] => output.split(',').filter(Boolean);
