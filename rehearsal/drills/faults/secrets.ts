import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Fault, Seed } from '../fault';
import { admin, find, type Which } from '../seeds';

const type = 'AWS::SecretsManager::Secret';
const ofApi: Which = ({ model }) => /api/.test(String(model.Name));

export const emptiedSecret: Seed = async ({ env }) => {
  const client = admin(env, SecretsManagerClient);
  const SecretId = find(env, type, ofApi).id;
  const { SecretString: before } = await client.send(new GetSecretValueCommand({ SecretId }));
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: '\n' }));
  return async () => void (await client.send(new PutSecretValueCommand({ SecretId, SecretString: before })));
};

const deletedSoon: Seed = async ({ env }) => {
  const client = admin(env, SecretsManagerClient);
  const SecretId = find(env, type, ofApi).id;
  await client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  return async () => void (await client.send(new RestoreSecretCommand({ SecretId })));
};

export const secrets: Fault[] = [
  {
    name: 'secret-emptied',
    fault: 'a secret of the service has lost its content',
    seed: emptiedSecret,
    caughtBy: { action: 'release', says: /Essential container in task exited; container payment-api: exit code 1\b/ },
  },
  {
    name: 'secret-to-be-deleted',
    fault: 'a secret of the service is marked for deletion while it is held',
    seed: deletedSoon,
    seededAt: 'live-checks',
    caughtBy: { suite: 'secrets', says: /secret \S*api\S*: day of its deletion/ },
  },
];
