import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type DBCluster,
  type DBInstance,
  DescribeDBClusterParametersCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
} from '@aws-sdk/client-rds';
import { usesDatabase } from '../declarations/effective';
import { databasePort } from '../declarations/outputs';
import { taskId } from '../promotion/decisions/reasons';
import { about, eventually } from './support/about';
import { rotates } from './support/keys';
import { wayFrom, waysInwards } from './support/security-groups';
import { runningTasks } from './support/services';
import { cli, environment, list, logs, names, outputs, rds, system } from './support/stage';

const { database } = system;

async function cluster(): Promise<DBCluster> {
  const { DatabaseClusterId: DBClusterIdentifier } = (await outputs.database())!;
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }));
  if (DBClusters.length === 1) return DBClusters[0]!;
  throw new Error(`there is no database cluster ${DBClusterIdentifier}`);
}

async function instances(): Promise<DBInstance[]> {
  const members = (await cluster()).DBClusterMembers ?? [];
  const asked = members.map(({ DBInstanceIdentifier }) =>
    rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier })),
  );
  return (await Promise.all(asked)).flatMap(({ DBInstances = [] }) => DBInstances);
}

if (database) {
  const users = system.services.filter(usesDatabase);
  const look = cli(`rds describe-db-clusters --db-cluster-identifier ${names.database}`);
  const lookAtInstances = cli(`rds describe-db-instances --filters Name=db-cluster-id,Values=${names.database}`);

  describe('database', () => {
    it('is encrypted by its own key, backed up, and keeps its logs', async () => {
      const { DatabaseKeyArn } = (await outputs.database())!;
      const found = await cluster();
      const { MinCapacity, MaxCapacity } = found.ServerlessV2ScalingConfiguration ?? {};
      await about({ resource: `database ${names.database}`, look }, () =>
        expect({
          status: found.Status,
          engine: found.Engine,
          port: found.Port,
          encrypted: found.StorageEncrypted,
          key: found.KmsKeyId,
          backupDays: found.BackupRetentionPeriod,
          logs: found.EnabledCloudwatchLogsExports,
          deletionProtection: found.DeletionProtection,
          capacity: `${MinCapacity} to ${MaxCapacity}`,
          secret: found.MasterUserSecret?.SecretStatus,
        }).toEqual({
          status: 'available',
          engine: 'aurora-postgresql',
          port: databasePort,
          encrypted: true,
          key: DatabaseKeyArn,
          backupDays: database.backupRetention,
          logs: ['postgresql'],
          deletionProtection: environment.retainData,
          capacity: `${database.minimumCapacity} to ${database.maximumCapacity}`,
          secret: 'active',
        }),
      );
      await rotates(DatabaseKeyArn, 'the database');
    });

    it('has a writer, and readers in other zones', async () => {
      const members = (await cluster()).DBClusterMembers ?? [];
      const writers = members.filter((m) => m.IsClusterWriter).length;
      await about({ resource: `database ${names.database}: writers and readers`, look }, () =>
        expect([writers, members.length - writers]).toEqual([1, database.readers]),
      );
      const zones = new Set((await instances()).map((i) => i.AvailabilityZone));
      const expected = Math.min(members.length, environment.zones.length);
      await about({ resource: `instances of ${names.database}: number of zones`, look: lookAtInstances }, () =>
        expect(zones.size).toBe(expected),
      );
    });

    it('is private: in isolated subnets, with no public address', async () => {
      const { IsolatedSubnetIds = '' } = await outputs.network();
      for (const instance of await instances()) {
        const subnets = instance.DBSubnetGroup?.Subnets?.map((s) => s.SubnetIdentifier).sort();
        const subject = { resource: `instance ${instance.DBInstanceIdentifier}`, look: lookAtInstances };
        await about(subject, () =>
          expect({ status: instance.DBInstanceStatus, isPublic: instance.PubliclyAccessible, subnets }).toEqual({
            status: 'available',
            isPublic: false,
            subnets: list(IsolatedSubnetIds).sort(),
          }),
        );
      }
    });

    it('is reached by the services that use it, and by nobody else', async () => {
      const { DatabaseSecurityGroupId: group } = (await outputs.database())!;
      const attached = [await cluster(), ...(await instances())].flatMap((x) => x.VpcSecurityGroups ?? []);
      await about({ resource: `security groups of ${names.database} and its instances`, look }, () =>
        expect([...new Set(attached.map((g) => g.VpcSecurityGroupId))]).toEqual([group]),
      );
      const sources = await Promise.all(users.map(async (s) => (await outputs.service(s)).SecurityGroupId));
      const subject = {
        resource: `security group ${group} of ${names.database}: ways inwards`,
        look: cli(`ec2 describe-security-groups --group-ids ${group}`),
      };
      await about(subject, async () =>
        expect(await waysInwards(group)).toEqual(sources.map((source) => wayFrom(source, databasePort)).sort()),
      );
    });

    it('refuses connections without TLS', async () => {
      const { DBClusterParameterGroup = '' } = await cluster();
      const asked = { DBClusterParameterGroupName: DBClusterParameterGroup, Source: 'user' };
      const { Parameters = [] } = await rds.send(new DescribeDBClusterParametersCommand(asked));
      const subject = {
        resource: `parameter group ${DBClusterParameterGroup}: rds.force_ssl`,
        look: cli(
          `rds describe-db-cluster-parameters --source user --db-cluster-parameter-group-name ${DBClusterParameterGroup}`,
        ),
      };
      const value = Parameters.find((p) => p.ParameterName === 'rds.force_ssl')?.ParameterValue;
      await about(subject, () => expect(value).toBe('1'));
    });

    it.each(users.map((s) => [s.name, s] as const))(
      'is connected to, with TLS, by every task of %s',
      async (_, service) => {
        const group = names.logGroup(service);
        // Lines are kept so long: an older task has written its line before.
        const since = Date.now() - system.logRetention * 86_400_000;
        const tasks = (await runningTasks(service)).filter((t) => (t.createdAt?.getTime() ?? 0) > since);
        for (const task of tasks) {
          const stream = `${service.name}/${service.name}/${taskId(task)}`;
          const pattern = '{ $.message = "database connected" }';
          const subject = {
            resource: `log stream ${stream}: TLS version and host of its connection to the database`,
            look: cli(
              `logs filter-log-events --log-group-name ${group} --log-stream-names ${stream} --filter-pattern '${pattern}'`,
            ),
          };
          const startTime = task.createdAt?.getTime();
          await eventually(
            subject,
            async () => {
              const { events = [] } = await logs.send(
                new FilterLogEventsCommand({
                  logGroupName: group,
                  logStreamNames: [stream],
                  filterPattern: pattern,
                  startTime,
                }),
              );
              const { tls, host } = JSON.parse(events.at(-1)?.message ?? '{}') as Connected;
              expect({ tls, host }).toEqual({
                tls: expect.stringMatching(/^TLSv1\.[23]$/) as string,
                host: (await outputs.database())!.DatabaseEndpoint,
              });
            },
            24,
          );
        }
      },
    );
  });
}

/** What a service tells when it has connected. */
interface Connected {
  tls?: string;
  host?: string;
}
