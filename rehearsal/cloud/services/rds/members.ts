// The members of a cluster: each instance is a PostgreSQL server. The first is the writer, the others follow it.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { addressBook } from '../../runtime/address-book';
import type { Environment, Resource } from '../../state';
import { exportLine } from './log-export';
import { forcesTls, serverSettings } from './parameters';
import { startServer, type DatabaseServer } from './postgres/server';
import { CLUSTER, clusters, instanceEndpoint, portOf, readerEndpoint, SUBNET_GROUP, writerEndpoint } from './state';
import type { DatabaseCluster, Member } from './state';

/** One after another: what a member does depends on who is there already. */
function inTurn<T>(cluster: DatabaseCluster, work: () => Promise<T>): Promise<T> {
  const turn = cluster.queue.then(work);
  cluster.queue = turn.catch(() => {});
  return turn;
}

/** Starts the server of an instance; resolves when it accepts connections. */
export const addMember = (env: Environment, cluster: DatabaseCluster, instance: Resource): Promise<void> =>
  inTurn(cluster, async () => {
    const [writer] = cluster.members;
    const server = await serve(env, cluster, instance.id, writer?.server);
    const member: Member = { id: instance.id, server, ...place(env, cluster, instance) };
    cluster.members.push(member);
    if (!writer) await prepare(env, cluster, server);
    publish(env, cluster);
  });

/** Ends the server of an instance. Where it was the writer, the next member takes over with the cluster's data. */
export const removeMember = (env: Environment, cluster: DatabaseCluster, id: string): Promise<void> =>
  inTurn(cluster, async () => {
    const member = cluster.members.find((m) => m.id === id);
    if (!member) return;
    const isWriter = member === cluster.members[0];
    cluster.members = cluster.members.filter((m) => m !== member);
    // The server commits before it writes (synchronous_commit is off): what is committed has to be there for the next writer.
    if (isWriter && cluster.members.length) await member.server.query(['CHECKPOINT']);
    await member.server.stop();
    if (!isWriter) await rm(readerFolder(cluster, id), { recursive: true, force: true });
    withdraw(env, cluster, member);
    if (isWriter) await failOver(env, cluster);
    publish(env, cluster);
  });

/** Aurora's members share their storage, so a new writer has all that the former one had: here it takes over its folder. */
async function failOver(env: Environment, cluster: DatabaseCluster): Promise<void> {
  const members = [...cluster.members];
  await Promise.all(members.map(({ server }) => server.stop()));
  let writer: DatabaseServer | undefined;
  for (const member of members) {
    withdraw(env, cluster, member, { keepAddress: true });
    await rm(readerFolder(cluster, member.id), { recursive: true, force: true });
    member.server = await serve(env, cluster, member.id, writer);
    writer ??= member.server;
  }
}

const readerFolder = ({ directory }: DatabaseCluster, instance: string) => join(directory, '..', `reader-${instance}`);

function serve(env: Environment, cluster: DatabaseCluster, instance: string, writer?: DatabaseServer) {
  const resource = env.get(CLUSTER, cluster.id)!;
  return startServer({
    cloud: env.cloud,
    directory: writer ? readerFolder(cluster, instance) : cluster.directory,
    names: [writerEndpoint(env, cluster.id), readerEndpoint(env, cluster.id), instanceEndpoint(env, instance)],
    forceTls: forcesTls(env, resource),
    settings: serverSettings(env, resource),
    follows: writer?.port,
    onLog: (line) => exportLine(env, CLUSTER, cluster.id, instance, line),
  });
}

/** What a new cluster has: the master user, who is no superuser, and the database of the template. */
async function prepare(env: Environment, cluster: DatabaseCluster, server: DatabaseServer): Promise<void> {
  if (cluster.isPrepared) return;
  const { escapeIdentifier, escapeLiteral } = pg;
  const master = escapeIdentifier(cluster.master.name);
  const database: string | undefined = env.get(CLUSTER, cluster.id)!.model.DatabaseName;
  await server.query([
    'CREATE ROLE rds_superuser NOLOGIN',
    'GRANT pg_monitor, pg_signal_backend, pg_checkpoint TO rds_superuser',
    `CREATE ROLE ${master} LOGIN CREATEDB CREATEROLE PASSWORD ${escapeLiteral(cluster.master.password)} IN ROLE rds_superuser`,
    ...(database ? [`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${master}`] : []),
  ]);
  cluster.isPrepared = true;
}

/** Gives the master user another password, at once. */
export const changePassword = (cluster: DatabaseCluster, password: string): Promise<void> =>
  inTurn(cluster, async () => {
    const { escapeIdentifier, escapeLiteral } = pg;
    const change = `ALTER ROLE ${escapeIdentifier(cluster.master.name)} PASSWORD ${escapeLiteral(password)}`;
    await cluster.members[0]?.server.query([change]);
    cluster.master.password = password;
  });

/** The subnet where an instance is: the one with fewest members, in its zone if the template names one. */
function place(env: Environment, cluster: DatabaseCluster, { model }: Resource): Pick<Member, 'ip' | 'zone'> {
  const subnets = subnetsOf(env, cluster.id).filter(
    (subnet) => !model.AvailabilityZone || subnet.model.AvailabilityZone === model.AvailabilityZone,
  );
  const taken = (subnet: Resource) => cluster.members.filter((m) => m.zone === subnet.model.AvailabilityZone).length;
  const [subnet] = subnets.sort((a, b) => taken(a) - taken(b));
  if (!subnet) return {};
  return { ip: addressBook(env).allocate(subnet.id), zone: subnet.model.AvailabilityZone };
}

/** Subnets of the cluster's subnet group; none where it has none. */
export function subnetsOf(env: Environment, cluster: string): Resource[] {
  const group = env.get(SUBNET_GROUP, env.get(CLUSTER, cluster)?.model.DBSubnetGroupName?.toLowerCase() ?? '');
  return (group?.model.SubnetIds ?? []).flatMap((id: string) => env.get('AWS::EC2::Subnet', id) ?? []);
}

/** The endpoints' names lead to members: the writer's to the first; the reader's to the others, or to the writer alone. */
function publish(env: Environment, cluster: DatabaseCluster): void {
  const vpcId: string | undefined = subnetsOf(env, cluster.id)[0]?.model.VpcId;
  if (!vpcId) return;
  const book = addressBook(env);
  const port = portOf(env.get(CLUSTER, cluster.id)!);
  for (const { id, ip, server } of cluster.members) {
    book.publish(vpcId, ip!, port, server.port);
    book.setName(vpcId, instanceEndpoint(env, id), [ip!]);
  }
  const [writer, ...readers] = cluster.members.map(({ ip }) => ip!);
  book.setName(vpcId, writerEndpoint(env, cluster.id), writer ? [writer] : []);
  book.setName(vpcId, readerEndpoint(env, cluster.id), readers.length ? readers : writer ? [writer] : []);
}

function withdraw(env: Environment, cluster: DatabaseCluster, { id, ip }: Member, { keepAddress = false } = {}): void {
  const vpcId: string | undefined = subnetsOf(env, cluster.id)[0]?.model.VpcId;
  if (!vpcId || !ip) return;
  const book = addressBook(env);
  book.withdraw(vpcId, ip);
  book.setName(vpcId, instanceEndpoint(env, id), []);
  if (!keepAddress) book.release(ip);
}

/** Ends what is left of a cluster, and its data. */
export async function removeCluster(env: Environment, cluster: DatabaseCluster): Promise<void> {
  await cluster.queue;
  await Promise.all(cluster.members.map(({ server }) => server.stop()));
  await rm(join(cluster.directory, '..'), { recursive: true, force: true });
  clusters(env).delete(cluster.id);
}
