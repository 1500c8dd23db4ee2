import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { hasData } from '../declarations/effective';
import type { Environment } from '../declarations/environment';
import type { System } from '../declarations/system';
import { AccessStack } from '../stacks/access';
import { DataStack } from '../stacks/data';
import { NetworkStack } from '../stacks/network';
import { ObservabilityStack } from '../stacks/observability';
import { PaymentServiceStack } from '../stacks/payment-service';
import { PlatformStack } from '../stacks/platform';
import type { StageStack } from '../stacks/stage-stack';
import { refuseCallsWithoutName } from './calls';

export interface PaymentStageProps {
  readonly system: System;
  readonly environment: Environment;
  /** Account and region of the pipeline and of the image repositories. */
  readonly tooling: { readonly account: string; readonly region: string };
  /** Image of each service, by the service's name. */
  readonly images: Readonly<Record<string, { readonly tag: string }>>;
}

/** A system in an environment. */
export class PaymentStage extends Stage {
  readonly environment: Environment;
  /** In the order of the system's stackKinds, in which they can be deployed. */
  readonly stacks: StageStack[];
  /** In the order of their declaration. None depends on another: all deploy at once. */
  readonly services: PaymentServiceStack[];

  /** Throws where a service has no image, or calls another by a name that the environment does not have. */
  constructor(scope: Construct, id: string, { system, environment, tooling, images }: PaymentStageProps) {
    const { account, region } = environment;
    super(scope, id, { env: { account, region } });
    refuseCallsWithoutName(system, environment);
    this.environment = environment;
    const shared = { system, environment, tooling };
    const access = new AccessStack(this, shared);
    const network = new NetworkStack(this, shared);
    const data = hasData(system) ? new DataStack(this, { ...shared, network }) : undefined;
    const platform = new PlatformStack(this, { ...shared, network });
    this.services = system.services.map((service) => {
      const image = images[service.name];
      if (!image)
        throw new Error(`There is no image of '${service.name}': build it, or remove it from system '${system.name}'`);
      return new PaymentServiceStack(this, { ...shared, service, network, platform, data, imageTag: image.tag });
    });
    const { services } = this;
    const observability = system.dashboard
      ? new ObservabilityStack(this, { ...shared, platform, services })
      : undefined;
    this.stacks = [
      access,
      network,
      ...(data ? [data] : []),
      platform,
      ...services,
      ...(observability ? [observability] : []),
    ];
  }
}
