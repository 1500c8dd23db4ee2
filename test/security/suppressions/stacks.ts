import type { Suppressions } from './suppression';

const on = (arn: string) => `AwsSolutions-IAM5[Resource::${arn}]`;
const here = (service: string, rest: string) => on(`arn:aws:${service}:{region}:{account}:${rest}`);
const inline = 'PCI.DSS.321-IAMNoInlinePolicy';

/** What the rules find in the other stacks of an environment. */
export const stacks: Suppressions[] = [
  {
    reason:
      'The entrance of a payment system is meant for the internet: port 443 only, TLS 1.2 or newer. A test holds that no other group and no other port is open to it.',
    findings: { '{stage}/network/Groups/LoadBalancer/Resource': ['AwsSolutions-EC23'] },
  },
  {
    reason:
      "The rule cannot read the addresses of the stage's NAT gateways, which are references, in the rule for the test listener. A test of our own looks at the ports of every rule of the group.",
    checkedBy:
      'the load balancer is reached on 443 and on the port of the test listener, and on no port that the rules forbid',
    findings: {
      '{stage}/network/Groups/LoadBalancer/Resource': [
        'PCI.DSS.321-EC2RestrictedSSH',
        'PCI.DSS.321-EC2RestrictedCommonPorts',
      ],
    },
  },
  {
    reason:
      'CloudFormation cannot take the rules out of the group that comes with a VPC; CDK would do it by a Lambda with rights on security groups. ' +
      'A test holds that nothing in a template uses that group, and a live check that no network interface does.',
    findings: { '{stage}/network/Vpc/Resource': ['PCI.DSS.321-VPCDefaultSecurityGroupClosed'] },
  },
  {
    reason:
      'Public subnets hold the load balancer and the NAT gateways, which need the way to the internet gateway. Tasks, database and endpoints are in subnets without one.',
    findings: { '{stage}/network/Vpc/publicSubnet{zone}/DefaultRoute': ['PCI.DSS.321-VPCNoUnrestrictedRouteToIGW'] },
  },
  {
    reason:
      'A load balancer takes one web ACL. Which one guards payment requests is decided for all accounts by AWS Firewall Manager or by the security team, which attach it to the load balancer from outside; ' +
      'one of its own here would stand in their way. Until one is attached, PCI DSS asks for it: docs/failure-analysis.md says so.',
    findings: { '{stage}/platform/LoadBalancer/Resource': ['PCI.DSS.321-ALBWAFEnabled'] },
  },
  {
    reason: 'This is the bucket that access logs are written to. It would log its own logs.',
    findings: { '{stage}/platform/AccessLogs/Resource': ['AwsSolutions-S1', 'PCI.DSS.321-S3BucketLoggingEnabled'] },
  },
  {
    reason:
      'Load balancers write access logs to buckets with SSE-S3 only (AWS, "Enable access logs for your Application Load Balancer"). Its objects are encrypted, with keys of S3.',
    findings: { '{stage}/platform/AccessLogs/Resource': ['PCI.DSS.321-S3DefaultEncryptionKMS'] },
  },
  {
    reason:
      'Access logs expire after 90 days. Nobody but the load balancer may write to the bucket, under names with its time, so nothing is overwritten, and no role of the system may delete. ' +
      'Logs that have to outlive the environment are copied to a log archive account by whoever runs one.',
    findings: {
      '{stage}/platform/AccessLogs/Resource': [
        'PCI.DSS.321-S3BucketReplicationEnabled',
        'PCI.DSS.321-S3BucketVersioningEnabled',
      ],
    },
  },
  {
    reason:
      'Where the environment retains no data, the database goes with its stack: a person destroys it by a command that asks for its name. prod has deletion protection.',
    only: ['dev', 'staging'],
    findings: { '{stage}/data/Database/Cluster': ['AwsSolutions-RDS10'] },
  },
  {
    reason:
      "Its value is a person's to set, and so is its rotation: it opens something outside of this system, which a rotation function could not change.",
    findings: { '{stage}/data/Secret-db-credentials': ['AwsSolutions-SMG4'] },
  },
  {
    reason:
      'Rotation needs a function that tells callers the new value, and who they are is outside of this system. A person sets a new value and starts a release; docs/operations.md says how. ' +
      "The database's credentials, which RDS manages, do rotate.",
    findings: { '{stage}/data/Secret-api-credentials': ['AwsSolutions-SMG4'] },
  },
  {
    reason:
      'Any log stream of one log group, named whole: RDS names streams by the id of the instance. It is what AWS documents for enhanced monitoring.',
    findings: {
      '{stage}/data/Database/MonitoringRole/Resource': [here('logs', 'log-group:RDSOSMetrics:log-stream:*')],
    },
  },
  {
    reason:
      "Lambda makes network interfaces in the probe's own subnets; AWS makes their ids, and the action is also asked for on subnet and security group. " +
      'It is what AWS documents for functions in a VPC, held to this account and region. The function has no code path to these actions.',
    findings: {
      '{stage}/platform/Probe/Role/Resource': [
        here('ec2', 'network-interface/*'),
        here('ec2', 'subnet/*'),
        here('ec2', 'security-group/*'),
      ],
    },
  },
  {
    reason:
      'Node.js 22 is supported by Lambda, and what everything else here runs on and is tested with; a newer one comes with the whole of the repository.',
    findings: { '{stage}/platform/Probe/Function': ['AwsSolutions-L1'] },
  },
  {
    reason:
      'Each takes no resource: describing network interfaces, subnets and load balancers, fetching a token for ECR, channels of Session Manager, traces. A test holds the actions that may stand with * in any policy.',
    findings: {
      '{stage}/platform/Probe/Role/Resource': [on('*')],
      '{stage}/{service}/DeploymentGroup/Role/Resource': [on('*')],
      '{stage}/{service}/Roles/Execution/Resource': [on('*')],
      '{stage}/{service}/Roles/Task/Resource': [on('*')],
    },
  },
  {
    reason:
      'CloudWatch asks for all alarms also where a request names some (amazon-cloudwatch-auto-alarms#1), and without this CodeDeploy stops every deployment. The action describes alarms and no data of them.',
    findings: { '{stage}/{service}/DeploymentGroup/Role/Resource': [here('cloudwatch', 'alarm:*')] },
  },
  {
    reason:
      "ECS makes the ids of task sets. Cluster and service before it are named whole: CodeDeploy's role for one service reaches no other.",
    findings: {
      '{stage}/{service}/DeploymentGroup/Role/Resource': [here('ecs', 'task-set/{cluster}/{service}-{stage}/*')],
    },
  },
  {
    reason:
      'The policy belongs to this one role and goes with it: nobody can attach it elsewhere, and a change of it is a change of the template of this role, reviewed as one. ' +
      'The role is assumed by one AWS service, never by a person: the rule is about managing the access of people.',
    findings: {
      '{stage}/network/FlowLogs/Role/Resource': [inline],
      '{stage}/data/Database/MonitoringRole/Resource': [inline],
      '{stage}/platform/Probe/Role/Resource': [inline],
      '{stage}/{service}/DeploymentGroup/Role/Resource': [inline],
      '{stage}/{service}/Roles/Execution/Resource': [inline],
      '{stage}/{service}/Roles/Task/Resource': [inline],
    },
  },
  {
    reason:
      'Variables of the containers tell ports, names, versions and addresses; a test holds their names. Secrets reach tasks as references to Secrets Manager, which ECS resolves.',
    findings: { '{stage}/{service}/TaskDefinition': ['AwsSolutions-ECS2'] },
  },
];
