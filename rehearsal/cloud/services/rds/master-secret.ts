// The secret in which RDS keeps a master user's password, where it manages it.
import type { Environment, Resource } from '../../state';
import { addSecret, putValue, randomPassword, secrets } from '../secrets-manager';
import { changePassword } from './members';
import type { DatabaseCluster } from './state';

/** RDS's passwords have no character that a connection string would have to escape. */
const newPassword = () => randomPassword({ PasswordLength: 28, ExcludeCharacters: '/@"\'\\ ' });

/** Makes the secret, and rotates it from then on when asked to. */
export function makeMasterSecret(env: Environment, { model }: Resource, cluster: DatabaseCluster): void {
  const arn: string = model['MasterUserSecret.SecretArn'];
  const secret = addSecret(env, {
    arn,
    name: arn.split(':secret:')[1]!.slice(0, -7),
    description: `The secret associated with the primary RDS DB cluster: ${model.DBClusterArn}`,
    kmsKeyId: model.MasterUserSecret?.KmsKeyId,
    owningService: 'rds',
    tags: [
      { Key: 'aws:rds:primaryDBClusterArn', Value: model.DBClusterArn },
      { Key: 'aws:secretsmanager:owningService', Value: 'rds' },
    ],
    rotate: async () => {
      const password = newPassword();
      await changePassword(cluster, password);
      keep(password);
    },
  });
  const keep = (password: string) =>
    void putValue(env, secret, { string: JSON.stringify({ username: cluster.master.name, password }) });
  cluster.master.password = newPassword();
  keep(cluster.master.password);
}

/** The secret goes with its cluster, at once. */
export const removeMasterSecret = (env: Environment, { model }: Resource): void =>
  void secrets(env).delete(model['MasterUserSecret.SecretArn']);
