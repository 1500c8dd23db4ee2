import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { openSession } from '../../promotion/session';
import { stageNamed } from '../../promotion/stage';
import { StageOutputs } from '../../promotion/stage-outputs';

const name = process.env.STAGE;
if (!name) throw new Error('Which environment shall be checked? Set STAGE, for example STAGE=dev');

/** What the declarations say of the stage that is checked. */
export const stage = stageNamed(name, process.env.SYSTEM);
export const { system, environment, names } = stage;

const session = openSession(process.env.STAGE_REGION ?? environment.region, process.env.STAGE_ROLE_ARN, 'live-checks');

export const cloudFormation = new CloudFormationClient(session);
export const codeDeploy = new CodeDeployClient(session);
export const ec2 = new EC2Client(session);
export const ecs = new ECSClient(session);
export const elasticLoadBalancing = new ElasticLoadBalancingV2Client(session);
export const lambda = new LambdaClient(session);
export const logs = new CloudWatchLogsClient(session);

/** What the stage's stacks told. */
export const outputs = new StageOutputs(cloudFormation, stage);

/** A command of the AWS CLI in the stage's region, to look closer with. */
export const cli = (command: string) => `aws ${command} --region ${environment.region}`;

/** Lists in outputs are joined with commas. */
export const list = (output: string): string[] => output.split(',').filter(Boolean);
