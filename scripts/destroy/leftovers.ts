// What no stack deletes, or what a stack retained: looked for by name, before and after.
import { deliveredParameter } from '../../promotion/record';
import { DeleteParametersCommand, GetParameterCommand, paginateGetParametersByPath } from '@aws-sdk/client-ssm';
import { DeleteLogGroupCommand, paginateDescribeLogGroups } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeDBClustersCommand } from '@aws-sdk/client-rds';
import { DeleteSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { deleteBuckets, remainingBuckets } from './buckets';
import { marksOf, removeMarks } from './marks';
import { stacksOf } from './stacks';
import { deleteTaskDefinitions, taskDefinitionsOf } from './task-definitions';
import { unlessAbsent, type Work } from './work';

export interface Leftover {
  /** Plural, as in 'log groups'. */
  what: string;
  find: (work: Work) => Promise<string[]>;
  /** Absent for what only its stack deletes. */
  remove?: (work: Work, names: string[]) => Promise<void>;
}

/** Everything of a stage that may be there still when its stacks are deleted. @param buckets those that its stacks made */
export const leftovers = (buckets: string[]): Leftover[] => [
  { what: 'stacks', find: async (work) => (await stacksOf(work)).map((s) => s.StackName!) },
  { what: 'databases', find: databases },
  {
    what: 'buckets',
    find: (work) => remainingBuckets(work, buckets),
    remove: deleteBuckets,
  },
  { what: 'task definitions', find: taskDefinitionsOf, remove: deleteTaskDefinitions },
  {
    what: 'log groups',
    find: logGroups,
    remove: async ({ clients }, names) => {
      for (const logGroupName of names) await clients.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    },
  },
  {
    what: 'secrets',
    find: secrets,
    // CloudFormation does without a recovery window too (cloudformation-coverage-roadmap#1999). With one, the name stays taken.
    remove: async ({ clients }, names) => {
      for (const SecretId of names) {
        await clients.secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
      }
    },
  },
  {
    what: 'parameters',
    find: parameters,
    // Ten a request (API reference, DeleteParameters).
    remove: async ({ clients }, names) => {
      for (let i = 0; i < names.length; i += 10) {
        await clients.ssm.send(new DeleteParametersCommand({ Names: names.slice(i, i + 10) }));
      }
    },
  },
  { what: 'marks of images in the tooling account', find: marksOf, remove: removeMarks },
  {
    what: 'records of deliveries in the tooling account',
    find: async ({ clients, stage }) => {
      const Name = deliveredParameter(stage);
      const request = clients.toolingSsm.send(new GetParameterCommand({ Name }));
      return (await unlessAbsent(request, 'ParameterNotFound')) ? [Name] : [];
    },
    remove: async ({ clients }, Names) => void (await clients.toolingSsm.send(new DeleteParametersCommand({ Names }))),
  },
];

async function databases({ clients, stage }: Work): Promise<string[]> {
  if (!stage.system.database) return [];
  const request = clients.rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: stage.names.database }));
  const found = await unlessAbsent(request, 'DBClusterNotFoundFault');
  return (found?.DBClusters ?? []).flatMap((c) => c.DBClusterIdentifier ?? []);
}

/** Those that stacks make, and those that AWS makes: for Container Insights and for the database's exported logs. */
async function logGroups({ clients, stage: { names, system } }: Work): Promise<string[]> {
  const own = [names.probeLogGroup, names.flowLogGroup, ...system.services.map((s) => names.logGroup(s))];
  const madeByAws = [`/aws/ecs/containerinsights/${names.cluster}/`, `/aws/rds/cluster/${names.database}/`];
  const found: string[] = [];
  for (const logGroupNamePrefix of [...own, ...madeByAws]) {
    for await (const { logGroups = [] } of paginateDescribeLogGroups(
      { client: clients.logs },
      { logGroupNamePrefix },
    )) {
      found.push(...logGroups.flatMap((g) => g.logGroupName ?? []));
    }
  }
  return found.filter((name) => own.includes(name) || madeByAws.some((prefix) => name.startsWith(prefix)));
}

/** Those that are scheduled for deletion too. */
async function secrets({ clients, stage }: Work): Promise<string[]> {
  const names = stage.system.secrets.map((s) => stage.names.secret(s));
  const found = await Promise.all(
    names.map((SecretId) =>
      unlessAbsent(clients.secretsManager.send(new DescribeSecretCommand({ SecretId })), 'ResourceNotFoundException'),
    ),
  );
  return names.filter((_, i) => found[i]);
}

async function parameters({ clients, stage }: Work): Promise<string[]> {
  const names: string[] = [];
  const request = { Path: stage.names.parameters, Recursive: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: clients.ssm }, request)) {
    names.push(...Parameters.flatMap((p) => p.Name ?? []));
  }
  return names;
}
