import type { Suppressions } from './suppression';

const on = (arn: string) => `AwsSolutions-IAM5[Resource::${arn}]`;
const here = (service: string, rest: string) => on(`arn:aws:${service}:{region}:{account}:${rest}`);
const any = on('*');
const stacks = here('cloudformation', 'stack/{stack}/*');
const inCluster = ['service', 'task'].map((kind) => here('ecs', `${kind}/{cluster}/*`));
const groups = here('codedeploy', 'deploymentgroup:{application}/*');
const configurations = here('codedeploy', 'deploymentconfig:CodeDeployDefault.*');
const logs = here('logs', 'log-group:{logs}:*');
const scalableTargets = here('application-autoscaling', 'scalable-target/*');
const parameters = here('ssm', 'parameter/{parameters}/*');

/** What the rules find in the roles that the delivery's steps have in an environment. */
export const access: Suppressions[] = [
  {
    reason:
      'Listing and describing in ECS, load balancing, scaling and networks take no resource, nor does stopping or continuing a deployment. A test holds the ' +
      'actions that may stand with * in any policy, each by name. Listing tasks is held to the cluster of the stage by a condition.',
    findings: {
      '{stage}/access/watch/Resource': [any],
      '{stage}/access/release/Resource': [any],
      '{stage}/access/checks/Resource': [any],
      '{stage}/access/promotion/Resource': [any],
    },
  },
  {
    reason:
      'CloudFormation ends the ARN of a stack with an id that is not known beforehand. The name before it is whole, and of this stage.',
    findings: {
      '{stage}/access/watch/Resource': [stacks],
      '{stage}/access/release/Resource': [stacks],
      '{stage}/access/protect/Resource': [stacks],
      '{stage}/access/checks/Resource': [stacks],
      '{stage}/access/promotion/Resource': [stacks],
    },
  },
  {
    reason:
      "Services and tasks of the stage's own cluster, in which nothing else runs. ECS makes the ids of tasks. The names of the services " +
      'are known, but twenty-five of them would fill the policy (see docs/quotas.md).',
    findings: {
      '{stage}/access/watch/Resource': inCluster,
      '{stage}/access/release/Resource': inCluster,
      '{stage}/access/checks/Resource': inCluster,
      '{stage}/access/promotion/Resource': inCluster,
    },
  },
  {
    reason:
      "Deployment groups of the stage's own CodeDeploy application, which holds the services of this system in this environment and nothing else.",
    findings: {
      '{stage}/access/release/Resource': [groups],
      '{stage}/access/checks/Resource': [groups],
      '{stage}/access/promotion/Resource': [groups],
    },
  },
  {
    reason: "AWS's own deployment configurations, which are public and cannot be changed; they are only read.",
    findings: {
      '{stage}/access/release/Resource': [configurations],
      '{stage}/access/checks/Resource': [configurations],
    },
  },
  {
    reason:
      'Any log stream of one log group, named whole: ECS names streams by tasks that do not exist yet. They are only read.',
    findings: {
      '{stage}/access/watch/Resource': [logs],
      '{stage}/access/checks/Resource': [logs],
    },
  },
  {
    reason:
      'Application Auto Scaling makes the ids of scalable targets. Conditions hold the action to desired counts of ECS services, and updating the service, which it also takes, is allowed in the cluster of the stage only.',
    findings: {
      '{stage}/access/release/Resource': [scalableTargets],
      '{stage}/access/promotion/Resource': [scalableTargets],
    },
  },
  {
    reason:
      "The stage's own parameters, below its own path: the revision last promoted of each service. They hold no secret; a service added later needs no change here.",
    findings: {
      '{stage}/access/release/Resource': [parameters],
      '{stage}/access/promotion/Resource': [parameters],
    },
  },
  {
    reason:
      'These are described, never read or changed, and AWS makes the ids at the first deploy, after this role exists: certificates, the VPC, keys, ' +
      'namespaces and their services in Cloud Map.',
    findings: {
      '{stage}/access/checks/Resource': [
        here('acm', 'certificate/*'),
        here('ec2', 'vpc/*'),
        here('kms', 'key/*'),
        here('servicediscovery', 'namespace/*'),
        here('servicediscovery', 'service/*'),
      ],
    },
  },
  {
    reason:
      "Described, never read or changed: names that begin with the stage's own, which CloudFormation and RDS end with an id (cluster-pg:, db:), and the database's credentials, whose " +
      'secret RDS names rds!cluster- and an id. Only its description can be asked for, not its value.',
    findings: {
      '{stage}/access/checks/Resource': [
        here('rds', 'cluster-pg:{stack}-*'),
        here('rds', 'db:{database}-*'),
        here('secretsmanager', 'secret:rds!cluster-*'),
      ],
    },
  },
  {
    reason:
      "Application Auto Scaling ends the names of its policies' alarms with ids. What is before them is the stage's own cluster, and the action sets the state of an alarm until its next evaluation.",
    findings: {
      '{stage}/access/checks/Resource': [here('cloudwatch', 'alarm:TargetTracking-service/{cluster}/*')],
    },
    only: ['dev'],
  },
  {
    reason:
      'CloudWatch asks for all alarms also where a request names some (amazon-cloudwatch-auto-alarms#1). The action describes alarms and no data of them.',
    findings: { '{stage}/access/checks/Resource': [here('cloudwatch', 'alarm:*')] },
  },
  {
    reason:
      "The policy belongs to this one role and goes with it: nobody can attach it elsewhere, and a change of it is a change of this role's " +
      'template, reviewed as one. The role is assumed by one step of the pipeline, never by a person: the rule is about managing the access of people.',
    findings: {
      '{stage}/access/watch/Resource': ['PCI.DSS.321-IAMNoInlinePolicy'],
      '{stage}/access/release/Resource': ['PCI.DSS.321-IAMNoInlinePolicy'],
      '{stage}/access/protect/Resource': ['PCI.DSS.321-IAMNoInlinePolicy'],
      '{stage}/access/checks/Resource': ['PCI.DSS.321-IAMNoInlinePolicy'],
      '{stage}/access/promotion/Resource': ['PCI.DSS.321-IAMNoInlinePolicy'],
    },
  },
];
