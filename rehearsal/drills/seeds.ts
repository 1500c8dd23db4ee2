// How faults are seeded: by a small change of what the cloud has, as one call of AWS's API would make it, or by that call.
import { BatchGetDeploymentsCommand, CodeDeployClient, ListDeploymentsCommand } from '@aws-sdk/client-codedeploy';
import type { Environment, Resource, Values } from '../cloud/state';
import { administratorSettings } from '../session/toolkit';
import type { Seed } from './fault';

/** Finds a resource. */
export type Which = (resource: Resource, env: Environment) => boolean;

/** The first resource of a type that fits. Throws where there is none: a seed that changes nothing is no fault. */
export function find(env: Environment, type: string, which?: Which): Resource {
  const found = env.list(type).filter((r) => !which || which(r, env));
  if (!found.length) throw new Error(`there is no ${type} to seed the fault in`);
  return found[0]!;
}

/** The security group with that description. */
export const groupFor = (env: Environment, description: RegExp): Resource =>
  find(env, 'AWS::EC2::SecurityGroup', ({ model }) => description.test(model.GroupDescription));

/** A client of AWS's API, as the account's administrator. */
export const admin = <C>(env: Environment, Client: new (settings: ReturnType<typeof administratorSettings>) => C): C =>
  new Client(administratorSettings(env));

/** Changes the live model of a resource, and not what its template says. */
export const changed =
  (type: string, which: Which | undefined, change: (model: Values) => void): Seed =>
  ({ env }) => {
    const resource = find(env, type, which);
    const before = structuredClone(resource.model);
    change(resource.model);
    return () => void (env.get(type, resource.id)!.model = before);
  };

/** The same seed in the pipeline's account. */
export const inTooling =
  (seed: Seed): Seed =>
  (stage) =>
    seed({ ...stage, env: stage.tooling });

/** Takes a resource away that its stack believes to be there. */
export const removed =
  (type: string, which?: Which): Seed =>
  ({ env }) => {
    const resource = find(env, type, which);
    env.remove(resource);
    return () => env.put(resource);
  };

/** Adds one that no stack knows. */
export const added =
  (type: string, model: (env: Environment) => Values): Seed =>
  ({ env }) => {
    const id = `drill-${env.cloud.unique()}`;
    const values = model(env);
    const resource = { type, id, seed: id, properties: values, model: values };
    env.put(resource);
    return () => env.remove(resource);
  };

/** Resolves as soon as something is found; rejects after a minute. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const late = Date.now() + 60_000; Date.now() < late;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Resolves once CodeDeploy has let a held deployment of payment-api go on. */
export async function shifting(env: Environment): Promise<void> {
  const codeDeploy = admin(env, CodeDeployClient);
  await until('traffic to shift', async () => {
    const { deployments = [] } = await codeDeploy.send(
      new ListDeploymentsCommand({ includeOnlyStatuses: ['InProgress'] }),
    );
    if (!deployments.length) return undefined;
    const { deploymentsInfo } = await codeDeploy.send(new BatchGetDeploymentsCommand({ deploymentIds: deployments }));
    return deploymentsInfo?.find((d) => d.deploymentGroupName!.startsWith('payment-api-'));
  });
}
