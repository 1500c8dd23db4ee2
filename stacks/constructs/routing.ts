import { aws_elasticloadbalancingv2 as elb, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Names } from '../../declarations/names';
import type { Service } from '../../declarations/system';
import { deregistrationDelay, targetHealth } from '../../declarations/traffic';
import type { LoadBalancer } from './load-balancer';

export interface RoutingProps {
  readonly service: Service;
  readonly names: Names;
  readonly vpcId: string;
  readonly loadBalancer: LoadBalancer;
}

/**
 * A blue and a green target group, and the rules that lead to them. Both rules start at blue; from then on CodeDeploy moves
 * them, so nothing here may vary between commits: an update would send the traffic back to blue (aws/aws-cdk#36649).
 */
export class Routing extends Construct {
  readonly blue: elb.CfnTargetGroup;
  readonly green: elb.CfnTargetGroup;
  readonly production: elb.CfnListenerRule;
  readonly test: elb.CfnListenerRule;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RoutingProps,
  ) {
    super(scope, id);
    this.blue = this.targetGroup('blue');
    this.green = this.targetGroup('green');
    this.production = this.rule('ProductionRule', props.loadBalancer.production);
    this.test = this.rule('TestRule', props.loadBalancer.test);
  }

  private targetGroup(colour: 'blue' | 'green'): elb.CfnTargetGroup {
    const { service, names, vpcId } = this.props;
    const name = names.targetGroup(service, colour);
    const group = new elb.CfnTargetGroup(this, colour, {
      name,
      vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      port: service.port,
      healthCheckEnabled: true,
      healthCheckProtocol: 'HTTP',
      healthCheckPath: targetHealth.path,
      healthCheckPort: String(service.port),
      healthCheckIntervalSeconds: targetHealth.interval,
      healthCheckTimeoutSeconds: targetHealth.timeout,
      healthyThresholdCount: targetHealth.healthyThreshold,
      unhealthyThresholdCount: targetHealth.unhealthyThreshold,
      matcher: { httpCode: targetHealth.codes },
      targetGroupAttributes: [{ key: 'deregistration_delay.timeout_seconds', value: String(deregistrationDelay) }],
    });
    Tags.of(group).add('Name', name);
    return group;
  }

  private rule(id: string, listener: elb.CfnListener): elb.CfnListenerRule {
    const { service } = this.props;
    return new elb.CfnListenerRule(this, id, {
      listenerArn: listener.ref,
      // Unique, and the same whichever services come and go beside it.
      priority: service.port,
      conditions: [
        { field: 'path-pattern', pathPatternConfig: { values: [service.path!] } },
        ...service.headers.map(({ name, values }) => ({
          field: 'http-header',
          httpHeaderConfig: { httpHeaderName: name, values },
        })),
      ],
      actions: [{ type: 'forward', targetGroupArn: this.blue.ref }],
    });
  }
}
