import { Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Environment } from '../declarations/environment';
import type { Service, System } from '../declarations/system';
import { AccessStack } from '../stacks/access';
import { NetworkStack } from '../stacks/network';
import { PaymentServiceStack } from '../stacks/payment-service';
import { PlatformStack } from '../stacks/platform';

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
  readonly access: AccessStack;
  readonly network: NetworkStack;
  readonly platform: PlatformStack;
  /** In the order of their declaration. */
  readonly services: { readonly declaration: Service; readonly stack: PaymentServiceStack }[];

  /** Throws where a service has no image. */
  constructor(scope: Construct, id: string, { system, environment, tooling, images }: PaymentStageProps) {
    const { account, region } = environment;
    super(scope, id, { env: { account, region } });
    this.environment = environment;
    const shared = { system, environment, tooling };
    this.access = new AccessStack(this, shared);
    this.network = new NetworkStack(this, shared);
    this.platform = new PlatformStack(this, { ...shared, network: this.network });

    const stacks = new Map<string, PaymentServiceStack>();
    // A service's stack refers to those of the services that it calls: these come first.
    const stackOf = (service: Service): PaymentServiceStack => {
      const existing = stacks.get(service.name);
      if (existing) return existing;
      const image = images[service.name];
      if (!image)
        throw new Error(`There is no image of '${service.name}': build it, or remove it from system '${system.name}'`);
      const stack = new PaymentServiceStack(this, {
        ...shared,
        service,
        network: this.network,
        platform: this.platform,
        imageTag: image.tag,
        calls: service.calls.map((called) => stackOf(system.services.find((s) => s.name === called)!)),
      });
      stacks.set(service.name, stack);
      return stack;
    };
    this.services = system.services.map((declaration) => ({ declaration, stack: stackOf(declaration) }));
  }
}
