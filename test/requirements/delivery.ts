import { required } from '../stacks/required';
import type { Case, Expected, Json, Proof, SystemName, Topic } from './row';

const pipeline = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  stack: 'pipeline',
  type: 'AWS::CodePipeline::Pipeline',
  property,
  is,
});

/** Stacks that are prepared, guarded and deployed at once, one group after the other. */
const stacks: Record<SystemName, string[][]> = {
  'ecs-payments': [['access', 'network'], ['platform'], Object.keys(required['ecs-payments']!.services)],
  'payment-processor': [['access', 'data', 'network'], ['platform'], ['payment-processor']],
  'multi-tier': [
    ['access', 'network'],
    ['data', 'platform'],
    Object.keys(required['multi-tier']!.services),
    ['observability'],
  ],
  'payment-platform': [
    ['access', 'network'],
    ['data', 'platform'],
    Object.keys(required['payment-platform']!.services),
    ['observability'],
  ],
};

/** Actions of a stage, in their order, those that run at once together. */
const orderIn = (environment: string, { system, prefix, service }: Case): Json => [
  // Images are verified, and the person who approves is told what would change.
  environment === 'dev' ? ['verify-images'] : ['changes'],
  ...stacks[system].flatMap((group) =>
    ['Prepare', 'guard', 'Deploy'].map((step) =>
      [
        ...group.map((kind) => `${prefix}-${kind}-${environment}.${step}`),
        ...(step === 'Deploy' && group.includes(service) ? ['watch'] : []),
      ].sort(),
    ),
  ),
  ['protect', 'release'],
  ['live-checks'],
  ['promotion'],
  ['keep-images'],
];
const order = (requirement: string, property: string, is: Expected): Proof => ({
  requirement,
  stack: 'pipeline',
  type: 'View::Pipeline',
  property,
  is,
});
const live = (covered: string, ...proved: [string, string][]) => ({
  requirement: `Live checks cover: ${covered}`,
  proved: proved.map(([file, by]) => ({ in: `integration-tests/${file}.test.ts`, by })),
});

export const delivery: Topic = {
  topic: 'The delivery',
  rows: [
    {
      requirement: 'git push to main starts it: workflows on main, and nobody else on GitHub, may start it',
      stack: 'pipeline',
      type: 'AWS::IAM::Role',
      id: 'GitHubAccessRole',
      property: 'AssumeRolePolicyDocument.Statement[].Condition',
      is: [
        {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': ['repo:owner/name:ref:refs/heads/main'],
          },
        },
      ],
    },
    {
      requirement: 'git push to main starts it: the workflow',
      proved: [
        { in: 'test/pipeline/github/workflows.test.ts', by: 'a push to the delivered branch starts the pipeline' },
        { in: 'rehearsal/test/github/deliver.test.ts', by: 'success: every stage' },
      ],
    },
    pipeline('CodePipeline type V2', 'PipelineType', 'V2'),
    pipeline('queued executions', 'ExecutionMode', 'QUEUED'),
    order('self-mutating', 'Orders.UpdatePipeline', [['SelfMutate']]),
    order('takes one commit through dev, staging and prod', 'Stages', [
      'Source',
      'Build',
      'UpdatePipeline',
      'Verify',
      'dev',
      'staging',
      'prod',
    ]),
    order(
      'In each stage: change sets prepared → change guard → stacks deployed → release → live checks → promotion',
      'Orders{dev,staging,prod}',
      (about) => Object.fromEntries(['dev', 'staging', 'prod'].map((stage) => [stage, orderIn(stage, about)])),
    ),
    {
      requirement: 'CodeDeploy starts green and holds it',
      of: 'public services',
      type: 'AWS::CodeDeploy::DeploymentGroup',
      property: 'BlueGreenDeploymentConfiguration.DeploymentReadyOption',
      is: { ActionOnTimeout: 'STOP_DEPLOYMENT', WaitTimeInMinutes: 60 },
    },
    {
      requirement: 'green is reachable on the test listener only: the port of each listener',
      stack: 'platform',
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      property: 'Port',
      all: [443, 9443],
    },
    {
      requirement: 'CodeDeploy shifts the production listener, and tests on the other',
      of: 'public services',
      type: 'AWS::CodeDeploy::DeploymentGroup',
      property: 'LoadBalancerInfo.TargetGroupPairInfoList',
      is: ({ service }) => [
        {
          ProdTrafficRoute: { ListenerArns: ['platform.LoadBalancerProduction'] },
          TargetGroups: ['blue', 'green'].map((colour) => ({ Name: `${service}.Routing${colour}.TargetGroupName` })),
          TestTrafficRoute: { ListenerArns: ['platform.LoadBalancerTest'] },
        },
      ],
    },
    {
      requirement: 'change guard; release; promotion or stop with rollback: what they do',
      proved: [
        { in: 'test/pipeline/programs/objections.test.ts', by: 'may not be replaced, and the property is named' },
        { in: 'test/promotion/release.test.ts', by: 'a new revision is started beside the old one and held' },
        { in: 'test/promotion/promote.test.ts', by: 'a held deployment continues once, shifts' },
        { in: 'test/promotion/stop.test.ts', by: 'a held deployment is stopped, and its rollback' },
      ],
    },
    {
      requirement: 'the whole delivery, of each system',
      proved: [
        { in: 'rehearsal/test/rehearsal/systems.slow.ts', by: 'is delivered to every stage, by every action' },
        { in: 'rehearsal/test/rehearsal/delivery.slow.ts', by: 'green received no production request' },
      ],
    },
  ],
};

/** What the last bullet of the requirements lists. */
export const liveChecks: Topic = {
  topic: 'Live checks',
  rows: [
    live('VPC', ['network', 'has the declared address range'], ['network', 'has %s on']),
    live('subnets', ['network', 'has subnets in each zone: $kind']),
    live('routes', [
      'network',
      'routes private subnets through NAT gateways, public ones through the internet gateway',
    ]),
    live('NAT', ['network', 'has its NAT gateways, with the addresses that the test listener admits']),
    live('endpoints', ['network', 'has its endpoints']),
    live('flow logs', ['network', 'writes flow logs of all traffic']),
    live('cluster, Container Insights', ['cluster', 'is active and watched by Container Insights']),
    live('capacity providers', ['cluster', 'has the capacity providers that its services use']),
    live('every service at its count', ['services', 'runs as many tasks as it shall']),
    live('spread over zones', ['services', 'spreads its tasks over zones']),
    live('its task sets', [
      'services',
      'has one task set that serves, and a second only while a deployment is under way',
    ]),
    live('its hardened task definition', ['services', 'runs a hardened task definition']),
    live('ALB', ['load-balancer', 'is active and faces the internet, in every zone']),
    live('TLS policy, listeners', ['load-balancer', 'productionPort, testPort']),
    live('rules', ['load-balancer', 'is reached by its path and headers']),
    live('target health blue and green', [
      'load-balancer',
      'has healthy targets for every task that serves or is held',
    ]),
    live('requests through the production listener', [
      'load-balancer',
      'answers production requests with the version that serves',
    ]),
    live('requests through the test listener', ['load-balancer', 'answers on the test listener with the held version']),
    live('log groups, retention, key', ['logs', 'keeps its log group encrypted, and as long as declared']),
    live('fresh events from the new tasks', ['logs', 'has lines of every task that is held']),
    live('services reachable on their own port only', ['network', 'admits %s its own port only']),
    live('that endpoints connect', ['network', 'reaches %s at each private address of its endpoint']),
    live('scaling targets', ['scaling', 'is a scalable target of the declared range, and nothing is suspended']),
    live('scaling policies', ['scaling', 'follows its CPU, its memory and, where declared, its requests']),
    live('that scaling policies trigger', ['scaling', 'scales when an alarm of a policy is raised']),
    live('alarms', ['alarms', 'watches %s'], ['alarms', 'has no alarm that is raised']),
    live('topic', ['alarms', 'tells a topic that is encrypted, and that alarms may publish to']),
    live('dashboard', ['alarms', 'are on a dashboard, with every service']),
    live('repositories', ['registry', 'has a repository of immutable tags, which are scanned and encrypted']),
    live('the deployed digest', ['registry', 'runs, in every task, the digest that the registry has for its tag']),
    live('secrets present and encrypted', ['secrets', '%s is there, encrypted, and has a value']),
    live('secrets delivered to tasks', ['secrets', 'gets the secrets that it declares, and no other']),
    live('database connected from tasks', ['database', 'is connected to, with TLS, by every task of %s']),
    live('database works', ['load-balancer', 'answers on the test listener with the held version, and does its work']),
    live('database reachable only from its group', [
      'database',
      'is reached by the services that use it, and by nobody else',
    ]),
    live(
      'the blue/green process itself',
      ['release', 'holds green until it is told to go on, and rolls back by itself'],
      ['release', 'holds green without production traffic'],
    ),
    live('production leads to what serves, the test listener to green', [
      'load-balancer',
      'production leads to what serves, the test listener to what is held',
    ]),
  ],
};
