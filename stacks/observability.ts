import type { Construct } from 'constructs';
import type { ObservabilityOutputs } from '../declarations/outputs';
import { Dashboard } from './constructs/dashboard';
import type { PaymentServiceStack } from './payment-service';
import type { PlatformStack } from './platform';
import { StageStack, type StageStackProps } from './stage-stack';

export interface ObservabilityStackProps extends StageStackProps {
  readonly platform: PlatformStack;
  readonly services: PaymentServiceStack[];
}

/** What a person looks at: the stage's dashboard. */
export class ObservabilityStack extends StageStack {
  constructor(scope: Construct, props: ObservabilityStackProps) {
    super(scope, 'observability', props);
    const { system, names } = this;
    const { platform, services } = props;
    const dashboard = new Dashboard(this, 'Dashboard', {
      names,
      title: `${system.name}, ${this.settings.name}`,
      loadBalancer: platform.loadBalancer.resource.attrLoadBalancerFullName,
      services,
      hasDatabase: Boolean(system.database),
    });
    // It shows alarms by their names: they should be there.
    for (const stack of services) this.addStackDependency(stack, 'its alarms are on the dashboard');
    this.tell<ObservabilityOutputs>({ DashboardName: dashboard.dashboardName });
  }
}
