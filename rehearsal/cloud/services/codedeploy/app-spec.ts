import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import type { AwsVpcConfiguration, CapacityProviderStrategyItem } from '@aws-sdk/client-ecs';
import { parse } from 'yaml';
import type { Values } from '../../state';
import { AwsError } from '../../wire/service';
import { apiShape } from '../ecs/shapes';

/** What the AppSpec of an ECS deployment asks for, in ECS's own spelling. */
export interface AppSpec {
  taskDefinition: string;
  containerName: string;
  containerPort: number;
  platformVersion?: string;
  network?: AwsVpcConfiguration;
  capacity?: CapacityProviderStrategyItem[];
}

const invalid = (message: string) => new AwsError('InvalidRevisionException', message);

/** Reads the AppSpec of a revision. Throws InvalidRevisionException with what is wrong. */
export function readAppSpec(revision: RevisionLocation | undefined): AppSpec {
  const given = revision?.revisionType === 'String' ? revision.string : revision?.appSpecContent;
  if (!given?.content) {
    throw invalid(
      'For ECS deployment group, the revision must be an AppSpec: revisionType AppSpecContent or String, with its content',
    );
  }
  if (given.sha256 && given.sha256 !== createHash('sha256').update(given.content).digest('hex')) {
    throw invalid('The sha256 of the AppSpec content does not match its content');
  }
  const target = targetService(given.content);
  const properties: Values = target.Properties ?? {};
  const { TaskDefinition, LoadBalancerInfo, PlatformVersion, NetworkConfiguration, CapacityProviderStrategy } =
    properties;
  if (!TaskDefinition) throw invalid('The AppSpec has no TaskDefinition in Resources[0].TargetService.Properties');
  if (!LoadBalancerInfo?.ContainerName || !LoadBalancerInfo.ContainerPort) {
    throw invalid('The AppSpec has no LoadBalancerInfo with ContainerName and ContainerPort');
  }
  const network = apiShape(NetworkConfiguration ?? {}).awsvpcConfiguration;
  return {
    taskDefinition: TaskDefinition,
    containerName: LoadBalancerInfo.ContainerName,
    containerPort: Number(LoadBalancerInfo.ContainerPort),
    platformVersion: PlatformVersion,
    ...(network ? { network } : {}),
    ...(CapacityProviderStrategy?.length ? { capacity: apiShape(CapacityProviderStrategy) } : {}),
  };
}

function targetService(content: string): Values {
  let parsed: Values;
  try {
    parsed = parse(content);
  } catch (error: any) {
    throw invalid(`The AppSpec is neither JSON nor YAML: ${error.message}`);
  }
  const resources: Values[] = parsed?.Resources ?? parsed?.resources ?? [];
  const target = resources[0]?.TargetService;
  if (!target || target.Type !== 'AWS::ECS::Service') {
    throw invalid('The AppSpec has no resource TargetService of type AWS::ECS::Service');
  }
  if (parsed.Hooks?.length) throw invalid('The local cloud runs no hooks: leave Hooks out of the AppSpec');
  return target;
}
