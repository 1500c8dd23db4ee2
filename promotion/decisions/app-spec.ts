import { createHash } from 'node:crypto';
import type { Service as EcsService } from '@aws-sdk/client-ecs';
import type { Service } from '../../declarations/system';
import { primaryTaskSet } from './serving';

/** The AppSpec's shape for ECS. Source: AWS CodeDeploy User Guide, "AppSpec 'resources' section (Amazon ECS)". */
interface Content {
  version: 0;
  Resources: [
    {
      TargetService: {
        Type: 'AWS::ECS::Service';
        Properties: {
          TaskDefinition: string;
          LoadBalancerInfo: { ContainerName: string; ContainerPort: number };
          PlatformVersion?: string;
          NetworkConfiguration?: {
            AwsvpcConfiguration: { Subnets: string[]; SecurityGroups: string[]; AssignPublicIp: string };
          };
          CapacityProviderStrategy?: { CapacityProvider: string; Base: number; Weight: number }[];
        };
      };
    },
  ];
}

/**
 * What CodeDeploy shall run. Network, platform and capacity are those of the live service: what an AppSpec leaves out, the new
 * task set does not get.
 */
export class AppSpec {
  private readonly content: Content;

  constructor(
    readonly taskDefinition: string,
    service: Pick<Service, 'name' | 'port'>,
    live: Pick<EcsService, 'networkConfiguration' | 'capacityProviderStrategy' | 'platformVersion' | 'taskSets'>,
  ) {
    // What serves is a task set, and it is the task set's own: the service tells it too, or not.
    const primary = primaryTaskSet(live);
    const vpc = (live.networkConfiguration ?? primary?.networkConfiguration)?.awsvpcConfiguration;
    const capacity = [live.capacityProviderStrategy, primary?.capacityProviderStrategy].find((c) => c?.length) ?? [];
    const platformVersion = live.platformVersion ?? primary?.platformVersion;
    const Properties: Content['Resources'][0]['TargetService']['Properties'] = {
      TaskDefinition: taskDefinition,
      LoadBalancerInfo: { ContainerName: service.name, ContainerPort: service.port },
    };
    if (platformVersion) Properties.PlatformVersion = platformVersion;
    if (vpc) {
      Properties.NetworkConfiguration = {
        AwsvpcConfiguration: {
          Subnets: vpc.subnets ?? [],
          SecurityGroups: vpc.securityGroups ?? [],
          AssignPublicIp: vpc.assignPublicIp ?? 'DISABLED',
        },
      };
    }
    if (capacity.length) {
      Properties.CapacityProviderStrategy = capacity.map(({ capacityProvider, base = 0, weight = 0 }) => ({
        CapacityProvider: capacityProvider!,
        Base: base,
        Weight: weight,
      }));
    }
    this.content = { version: 0, Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties } }] };
  }

  toJSON(): Content {
    return this.content;
  }
  toString(): string {
    return JSON.stringify(this.content);
  }
  get sha256(): string {
    return createHash('sha256').update(this.toString()).digest('hex');
  }
  /** As CreateDeployment wants it. */
  get revision() {
    return {
      revisionType: 'AppSpecContent' as const,
      appSpecContent: { content: this.toString(), sha256: this.sha256 },
    };
  }
}

/** The task definition that an AppSpec's text asks for; undefined where it is no AppSpec of ours. */
export function taskDefinitionIn(content: string | undefined): string | undefined {
  try {
    return (JSON.parse(content ?? '') as Content).Resources[0].TargetService.Properties.TaskDefinition;
  } catch {
    return undefined;
  }
}
