// What CodeDeploy remembers: deployments, and the groups that stacks made.
import type { ErrorInformation, LifecycleEvent, RevisionLocation, RollbackInfo } from '@aws-sdk/client-codedeploy';
import type { DeploymentStatus } from '@aws-sdk/client-codedeploy';
import type { Environment, Resource, Values } from '../../state';
import { AwsError } from '../../wire/service';
import type { EcsService, Workload } from '../ecs';

/** What a deployment group deploys and how, as of the deployment's start. */
export interface Group {
  applicationName: string;
  name: string;
  /** As CloudFormation spells it. */
  properties: Values;
}

export interface DeploymentRecord {
  id: string;
  group: Group;
  configName: string;
  revision: RevisionLocation;
  description?: string;
  creator: 'user' | 'codeDeployRollback';
  status: DeploymentStatus;
  createTime: Date;
  startTime?: Date;
  completeTime?: Date;
  events: LifecycleEvent[];
  error?: ErrorInformation;
  rollbackInfo?: RollbackInfo;
  /** Events that roll back, as asked for with the deployment or else configured in the group. */
  autoRollback: { enabled: boolean; events: string[] };
  service: EcsService;
  blue: Workload;
  green?: Workload;
  blueTargetGroupArn: string;
  greenTargetGroupArn: string;
  /** Per cent of the production traffic that reaches green. */
  greenPercent: number;
  terminationWaitStarted: boolean;
  /** Aborts on StopDeployment. */
  stop: AbortController;
  /** Whether the one who stopped it asked for a rollback. */
  stopWithRollback?: boolean;
  /** Names of the alarms that stopped it. */
  activeAlarms?: string[];
  /** Ends the wait for ContinueDeployment. */
  proceed: AbortController;
}

export const deployments = (env: Environment) => env.shelf<DeploymentRecord>('codedeploy/deployments');

/** In these states a group takes no other deployment. */
const underway: DeploymentStatus[] = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
export const isUnderway = (d: DeploymentRecord) => underway.includes(d.status);

const applicationType = 'AWS::CodeDeploy::Application';
const groupType = 'AWS::CodeDeploy::DeploymentGroup';

/** Throws ApplicationDoesNotExistException. */
export function application(env: Environment, name = ''): Resource {
  const found = env.list(applicationType).find((r) => r.model.ApplicationName === name);
  if (found) return found;
  throw new AwsError('ApplicationDoesNotExistException', `No application found for name: ${name}`);
}

export const groupsOf = (env: Environment, applicationName: string): Resource[] =>
  env.list(groupType).filter((r) => r.model.ApplicationName === applicationName);

/** Throws where the application or the group does not exist. */
export function group(env: Environment, applicationName = '', name = ''): Group {
  application(env, applicationName);
  const found = groupsOf(env, applicationName).find((r) => r.model.DeploymentGroupName === name);
  if (!found) throw new AwsError('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
  return { applicationName, name, properties: found.model };
}

/** Throws DeploymentDoesNotExistException. */
export function deployment(env: Environment, id = ''): DeploymentRecord {
  const found = deployments(env).get(id);
  if (found) return found;
  throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
}
