import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { hasData, usesDatabase } from '../declarations/effective';
import { about } from './support/about';
import { rotates } from './support/keys';
import { running, taskDefinition } from './support/services';
import { cli, environment, list, names, outputs, secretsManager, system } from './support/stage';

const lookAt = (id: string) => cli(`secretsmanager describe-secret --secret-id ${id}`);
/** As services name them: the declared ones, and the database's. */
const all = [...system.secrets.map((s) => s.name), ...(system.database ? ['database'] : [])];

/** ARN of a secret of the system, or of the database's credentials. */
async function arnOf(name: string): Promise<string> {
  if (name === 'database') return (await outputs.database())!.DatabaseSecretArn;
  const arns = list((await outputs.data())?.SecretArns ?? '');
  const arn = arns[system.secrets.findIndex((s) => s.name === name)];
  if (!arn) throw new Error(`the stack for data tells no secret '${name}': it has ${arns.join(', ') || 'none'}`);
  return arn;
}

if (hasData(system)) {
  describe('secrets', () => {
    it('have a key of their own, which rotates', async () => {
      await rotates((await outputs.data())!.SecretsKeyArn, 'secrets');
    });

    it.each(all)('%s is there, encrypted, and has a value', async (name) => {
      const SecretId = await arnOf(name);
      const { SecretsKeyArn } = (await outputs.data())!;
      const secret = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
      const subject = (what: string) => ({ resource: `secret ${secret.Name}: ${what}`, look: lookAt(SecretId) });
      const declared = system.secrets.find((s) => s.name === name);
      if (declared) await about(subject('name'), () => expect(secret.Name).toBe(names.secret(declared)));
      else await about(subject('is rotated'), () => expect(secret.RotationEnabled).toBe(true));
      await about(subject('day of its deletion'), () => expect(secret.DeletedDate).toBeUndefined());
      await about(subject('key'), () => expect(idOf(secret.KmsKeyId)).toBe(idOf(SecretsKeyArn)));
      // The value itself is never read.
      const stages = Object.values(secret.VersionIdsToStages ?? {}).flat();
      await about(subject('has a version that is current, so a value'), () => expect(stages).toContain('AWSCURRENT'));
    });
  });
}

describe.each(system.services.map((s) => [s.name, s] as const))('secrets: %s', (_, service) => {
  const { account, region } = environment;
  const endpoint = `arn:aws:ssm:${region}:${account}:parameter${names.databaseEndpointParameter}`;

  it('gets the secrets that it declares, and no other, in whatever runs', async () => {
    const declared = Object.entries(service.secrets);
    const expected = Object.fromEntries([
      ...(await Promise.all(declared.map(async ([variable, from]) => [variable, await arnOf(from)]))),
      ...(usesDatabase(service) ? [['DB_ENDPOINT', endpoint]] : []),
    ]) as Record<string, string>;
    const { serving, green } = await running(service);
    for (const revision of [serving, green?.taskDefinition]) {
      if (!revision) continue;
      const { containerDefinitions = [] } = await taskDefinition(revision);
      const container = containerDefinitions.find((c) => c.name === service.name);
      const found = Object.fromEntries((container?.secrets ?? []).map((s) => [s.name, s.valueFrom]));
      const look = cli(`ecs describe-task-definition --task-definition ${revision}`);
      // ECS starts no task whose secrets it cannot read, so a running one has them.
      await about({ resource: `${revision}: secrets that the container gets`, look }, () =>
        expect(found).toEqual(expected),
      );
      const plain = (container?.environment ?? []).map((e) => e.name!).filter((name) => name in expected);
      await about({ resource: `${revision}: secrets that stand in its environment in the clear`, look }, () =>
        expect(plain).toEqual([]),
      );
    }
  });
});

const idOf = (key: string | undefined) => key?.split('/').pop();
