import { certificateArn, seedCertificate } from '../../cloud/services/acm';
import type { Values } from '../../cloud/state';
import { putRole } from '../core/roles';
import type { Fixture } from '../ecs/fixture';

/** Where requests go: ARNs of the listeners, and of the pair of target groups. */
export interface Routes {
  listeners: { production: string; test: string };
  targetGroups: { blue: string; green: string };
}

/** What a CODE_DEPLOY service's stack declares: load balancer, pair of target groups, service, deployment group. */
export async function blueGreenService(f: Fixture): Promise<Routes> {
  const elb = (type: string, id: string, p: Values) => f.make(`AWS::ElasticLoadBalancingV2::${type}`, id, p);
  const certificate = certificateArn(f.env, 'payments.test');
  await seedCertificate(f.env, certificate, 'payments.test');
  const balancer = await elb('LoadBalancer', 'Balancer', { Name: 'alb', Subnets: f.subnets, Type: 'application' });
  const targetGroup = (Name: string) =>
    elb('TargetGroup', Name, {
      ...{ Name, Port: 8080, Protocol: 'HTTP', VpcId: f.vpc, TargetType: 'ip', HealthCheckPath: '/health' },
      ...{ HealthCheckIntervalSeconds: 30, HealthyThresholdCount: 2, UnhealthyThresholdCount: 2 },
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }],
    });
  const targetGroups = { blue: (await targetGroup('tg-blue')).id, green: (await targetGroup('tg-green')).id };
  const listener = async (id: string, Port: number) => {
    const made = await elb('Listener', id, {
      ...{ LoadBalancerArn: balancer.id, Port, Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificate }] },
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    });
    await elb('ListenerRule', `${id}Rule`, {
      ...{ ListenerArn: made.id, Priority: 10 },
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroups.blue }],
    });
    return made.id;
  };
  const listeners = { production: await listener('Production', 443), test: await listener('Test', 9443) };
  await f.taskDefinition('good');
  const service = f.serviceProperties('api', {
    DesiredCount: undefined,
    DeploymentController: { Type: 'CODE_DEPLOY' },
    LoadBalancers: [{ ContainerName: 'api', ContainerPort: 8080, TargetGroupArn: targetGroups.blue }],
    CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT', Base: 0, Weight: 1 }],
  });
  delete service.DesiredCount;
  await f.make('AWS::ECS::Service', 'Service', service);
  await f.make('AWS::CloudWatch::Alarm', 'Alarm', {
    ...{ AlarmName: 'api-errors', Namespace: 'Test', MetricName: 'Errors', Statistic: 'Sum', Period: 60 },
    ...{ Threshold: 10, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, TreatMissingData: 'ignore' },
  });
  putRole(f.env, 'x', 'codedeploy.amazonaws.com');
  await f.make('AWS::CodeDeploy::Application', 'Application', { ApplicationName: 'pay', ComputePlatform: 'ECS' });
  await f.make('AWS::CodeDeploy::DeploymentGroup', 'Group', {
    ...{ ApplicationName: 'pay', DeploymentGroupName: 'api-dg', ServiceRoleArn: 'arn:aws:iam::111111111111:role/x' },
    DeploymentConfigName: 'CodeDeployDefault.ECSLinear10PercentEvery1Minutes',
    DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    BlueGreenDeploymentConfiguration: {
      DeploymentReadyOption: { ActionOnTimeout: 'STOP_DEPLOYMENT', WaitTimeInMinutes: 60 },
      TerminateBlueInstancesOnDeploymentSuccess: { Action: 'TERMINATE', TerminationWaitTimeInMinutes: 5 },
    },
    ECSServices: [{ ClusterName: 'main', ServiceName: 'api' }],
    LoadBalancerInfo: {
      TargetGroupPairInfoList: [
        {
          ProdTrafficRoute: { ListenerArns: [listeners.production] },
          TestTrafficRoute: { ListenerArns: [listeners.test] },
          TargetGroups: [{ Name: 'tg-blue' }, { Name: 'tg-green' }],
        },
      ],
    },
    AlarmConfiguration: { Enabled: true, Alarms: [{ Name: 'api-errors' }] },
    AutoRollbackConfiguration: {
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
    },
  });
  return { listeners, targetGroups };
}
