import {
  aws_codedeploy as codedeploy,
  aws_ecs as ecs,
  aws_logs as logs,
  aws_servicediscovery as servicediscovery,
  RemovalPolicy,
  Tags,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PlatformOutputs } from '../declarations/outputs';
import { AccessLogBucket } from './constructs/access-log-bucket';
import { AlarmTopic } from './constructs/alarm-topic';
import { capacityProviderStrategy } from './constructs/capacity';
import { LoadBalancer } from './constructs/load-balancer';
import { Probe } from './constructs/probe';
import { PublicName } from './constructs/public-name';
import type { NetworkStack } from './network';
import { StageStack, type StageStackProps } from './stage-stack';

export interface PlatformStackProps extends StageStackProps {
  readonly network: NetworkStack;
}

/** What the services share: cluster, load balancer, names, alarms' topic, CodeDeploy application, probe. */
export class PlatformStack extends StageStack {
  readonly cluster: ecs.CfnCluster;
  readonly loadBalancer: LoadBalancer;
  readonly namespace: servicediscovery.PrivateDnsNamespace;
  readonly alarmTopic: AlarmTopic;
  readonly codeDeployApplication: codedeploy.CfnApplication;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'platform', props);
    const { names, dataRemoval: removalPolicy } = this;
    const { vpc, groups, telemetryKey } = props.network;

    this.cluster = this.fargateCluster();
    this.namespace = new servicediscovery.PrivateDnsNamespace(this, 'Namespace', { name: names.namespace, vpc });
    this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', { topicName: names.alarmTopic, masterKey: telemetryKey });
    this.codeDeployApplication = new codedeploy.CfnApplication(this, 'CodeDeployApplication', {
      applicationName: names.codeDeployApplication,
      computePlatform: 'ECS',
    });
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', { removalPolicy });
    const publicName = new PublicName(this, 'PublicName', this.settings.certificate);
    this.loadBalancer = new LoadBalancer(this, 'LoadBalancer', {
      name: names.loadBalancer,
      vpc,
      securityGroup: groups.loadBalancer,
      certificateArn: publicName.certificateArn,
      accessLogs,
    });
    publicName.leadTo(this.loadBalancer);
    const probe = new Probe(this, 'Probe', {
      name: names.probe,
      roleName: names.probeRole,
      vpc,
      securityGroup: groups.probe,
      logGroup: new logs.LogGroup(this, 'ProbeLogs', {
        logGroupName: names.probeLogGroup,
        retention: this.system.logRetention,
        encryptionKey: telemetryKey,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });

    this.tell<PlatformOutputs>({
      ClusterName: this.cluster.ref,
      ClusterArn: this.cluster.attrArn,
      LoadBalancerName: this.loadBalancer.resource.attrLoadBalancerName,
      LoadBalancerArn: this.loadBalancer.resource.ref,
      LoadBalancerDnsName: this.loadBalancer.resource.attrDnsName,
      CertificateArn: publicName.certificateArn,
      AlarmTopicArn: this.alarmTopic.topicArn,
      ProductionListenerArn: this.loadBalancer.production.ref,
      TestListenerArn: this.loadBalancer.test.ref,
      NamespaceId: this.namespace.namespaceId,
      NamespaceName: names.namespace,
      ProbeFunctionName: probe.function.ref,
      AccessLogBucketName: accessLogs.bucketName,
    });
  }

  private fargateCluster(): ecs.CfnCluster {
    const cluster = new ecs.CfnCluster(this, 'Cluster', {
      clusterName: this.names.cluster,
      clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      // The first service's ratio: services name their own, this is for tasks that a person starts.
      defaultCapacityProviderStrategy: capacityProviderStrategy(this.system.services[0]!),
    });
    Tags.of(cluster).add('Name', this.names.cluster);
    return cluster;
  }
}
