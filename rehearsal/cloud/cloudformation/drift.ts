import type { StackResourceDrift } from '@aws-sdk/client-cloudformation';
import { randomUUID } from 'node:crypto';
import type { Values } from '../state';
import { differences } from './differences';
import { validationError } from './errors';
import type { Stack, StackResource } from './stack';

/**
 * Types whose live state the services here keep in the resource's model, so that it can differ from the template. CloudFormation
 * checks more of them; what is not here or has no `live` of its own answers NOT_CHECKED.
 */
const keptInModel = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::ECR::Repository',
  'AWS::ECS::Cluster',
  'AWS::ElasticLoadBalancingV2::Listener',
  'AWS::ElasticLoadBalancingV2::ListenerRule',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBCluster',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
]);

/** What a detection found. */
export interface Detection {
  id: string;
  stackId: string;
  at: Date;
  status: 'DRIFTED' | 'IN_SYNC';
  /** Of the resources that were checked, by logical id. */
  drifts: Map<string, StackResourceDrift>;
}

/** Source: CloudFormation User Guide, "Detecting unmanaged configuration changes to stacks and resources". */
const settled = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED'];

/** Compares a stack's template with what its resources are now. Throws a ValidationError while the stack changes. */
export function detectDrift(stack: Stack): Detection {
  if (!settled.includes(stack.status)) {
    throw validationError(`Drift detection cannot be performed on stack [${stack.id}] in state ${stack.status}`);
  }
  const at = stack.env.cloud.clock.now();
  const checked = [...stack.resources.values()].flatMap((record) => driftOf(stack, record, at) ?? []);
  const drifted = checked.some((one) => one.StackResourceDriftStatus !== 'IN_SYNC');
  return {
    ...{ id: randomUUID(), stackId: stack.id, at, status: drifted ? 'DRIFTED' : 'IN_SYNC' },
    drifts: new Map(checked.map((one) => [one.LogicalResourceId!, one])),
  };
}

/** Undefined where the type is not checked. */
function driftOf({ id, env }: Stack, record: StackResource, at: Date): StackResourceDrift | undefined {
  const { logicalId, type, resource } = record;
  const live = env.cloud.resourceTypes.get(type)?.live;
  if (!resource || !(live || keptInModel.has(type))) return undefined;
  const about = {
    ...{ StackId: id, LogicalResourceId: logicalId, PhysicalResourceId: resource.id, ResourceType: type },
    ...{ ExpectedProperties: JSON.stringify(resource.properties), Timestamp: at },
  };
  const now = env.get(type, resource.id);
  const actual: Values | undefined = now && (live ? live(now, env) : now.model);
  if (!actual) return { ...about, StackResourceDriftStatus: 'DELETED' };
  const found = differences(comparable(resource.properties), actual);
  return {
    ...about,
    ActualProperties: JSON.stringify(only(resource.properties, actual)),
    PropertyDifferences: found,
    StackResourceDriftStatus: found.length ? 'MODIFIED' : 'IN_SYNC',
  };
}

/** Keys have several names, so CloudFormation compares none. */
const comparable = ({ KmsKeyId: _, ...properties }: Values): Values => properties;

const only = (properties: Values, actual: Values): Values =>
  Object.fromEntries(Object.keys(properties).map((key) => [key, actual[key]]));
