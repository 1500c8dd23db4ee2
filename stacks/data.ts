import type { Construct } from 'constructs';
import type { DatabaseOutputs, SecretOutputs } from '../declarations/outputs';
import { Database } from './constructs/database';
import { EncryptionKey } from './constructs/encryption-key';
import { Secret } from './constructs/secret';
import type { SecretSource } from './constructs/task-secrets';
import type { NetworkStack } from './network';
import { StageStack, type StageStackProps } from './stage-stack';

export interface DataStackProps extends StageStackProps {
  readonly network: NetworkStack;
}

/** What the system keeps: its database, its secrets, and the keys that encrypt them. */
export class DataStack extends StageStack implements SecretSource {
  /** Absent where the system has none. */
  readonly database?: Database;
  readonly secretsKey: EncryptionKey;
  private readonly secretArns = new Map<string, string>();

  constructor(scope: Construct, props: DataStackProps) {
    super(scope, 'data', props);
    const { system, names, dataRemoval: removalPolicy } = this;
    this.secretsKey = new EncryptionKey(this, 'SecretsKey', {
      alias: names.keyAlias('secrets'),
      description: `Secrets of ${system.name}, ${this.settings.name}`,
      removalPolicy,
    });
    for (const secret of system.secrets) {
      const resource = new Secret(this, `Secret-${secret.name}`, {
        secret,
        name: names.secret(secret),
        keyArn: this.secretsKey.keyArn,
        removalPolicy,
      });
      this.secretArns.set(secret.name, resource.ref);
    }
    this.tell<SecretOutputs>({
      SecretArns: [...this.secretArns.values()].join(',') || undefined,
      SecretsKeyArn: this.secretsKey.keyArn,
    });
    if (system.database) this.database = this.makeDatabase(props.network);
  }

  get secretsKeyArn(): string {
    return this.secretsKey.keyArn;
  }

  get endpointParameterArn(): string | undefined {
    return this.database?.endpointParameterArn;
  }

  secretArn(name: string): string {
    return this.secretArns.get(name)!;
  }

  private makeDatabase({ vpc, groups, telemetryKey }: NetworkStack): Database {
    const { system, names, settings, dataRemoval: removalPolicy } = this;
    const key = new EncryptionKey(this, 'DatabaseKey', {
      alias: names.keyAlias('database'),
      description: `Database of ${system.name}, ${settings.name}`,
      removalPolicy,
    });
    const securityGroupId = groups.database!.securityGroupId;
    const database = new Database(this, 'Database', {
      database: system.database!,
      names,
      zones: this.availabilityZones,
      subnets: vpc.isolatedSubnets.map((s) => s.subnetId),
      securityGroupId,
      key,
      secretsKey: this.secretsKey,
      telemetryKey,
      logRetention: system.logRetention,
      retain: settings.retainData,
      removalPolicy,
    });
    this.secretArns.set('database', database.secretArn);
    this.tell<DatabaseOutputs>({
      DatabaseClusterId: database.cluster.ref,
      DatabaseEndpoint: database.cluster.attrEndpointAddress,
      DatabaseReaderEndpoint: database.cluster.attrReadEndpointAddress,
      DatabaseSecretArn: database.secretArn,
      DatabaseSecurityGroupId: securityGroupId,
      DatabaseKeyArn: key.keyArn,
    });
    return database;
  }
}
