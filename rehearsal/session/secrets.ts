import { randomBytes } from 'node:crypto';
import { DescribeSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Environment } from '../cloud/state';
import { administratorSettings } from './toolkit';

const everyMilliseconds = 300;

/**
 * Stands in for the person who sets the values of secrets that templates leave empty: the delivery waits for them.
 * Each gets random credentials as soon as it exists.
 */
export class SecretKeeper {
  private readonly client: SecretsManagerClient;
  private readonly seen = new Set<string>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly stage: { name: string; env: Environment },
    private readonly say: (line: string) => void,
  ) {
    this.client = new SecretsManagerClient(administratorSettings(stage.env));
    this.timer = setInterval(() => this.look(), everyMilliseconds);
  }

  end(): void {
    clearInterval(this.timer);
    this.client.destroy();
  }

  private look(): void {
    for (const { id } of this.stage.env.list('AWS::SecretsManager::Secret')) {
      if (this.seen.has(id)) continue;
      this.seen.add(id);
      this.set(id).catch((error: Error) => this.say(`${this.stage.name}: no value for ${id}: ${error.message}`));
    }
  }

  private async set(SecretId: string): Promise<void> {
    const { VersionIdsToStages, Name } = await this.client.send(new DescribeSecretCommand({ SecretId }));
    if (Object.keys(VersionIdsToStages ?? {}).length) return;
    const SecretString = JSON.stringify({ username: 'payments', password: randomBytes(18).toString('base64url') });
    await this.client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    this.say(`${this.stage.name}: the value of ${Name} was set, as a person does it`);
  }
}
