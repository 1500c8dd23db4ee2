import { paymentPlatform } from '../../stages/systems/payment-platform';
import { required } from './required';
import {
  accounts,
  environmentNames,
  environments,
  plain,
  resources,
  synthesize,
  synthesized,
  theOnly,
} from './support';

const both = environmentNames.flatMap((environment) =>
  ['multi-tier', 'payment-platform'].map((system) => ({ system, environment, prefix: required[system]!.prefix })),
);

describe.each(both)('the database of $system in $environment', ({ system, environment, prefix }) => {
  const template = synthesized(system).templates[environment]!.data!;
  const of = (type: string) => resources(template, type);
  const keys = Object.fromEntries(
    of('AWS::KMS::Alias').map(([, a]) => [a.Properties.AliasName, a.Properties.TargetKeyId]),
  );
  const [databaseKey, secretsKey] = ['database', 'secrets'].map((k) => keys[`alias/${prefix}-${k}-${environment}`]);
  const name = `${prefix}-database-${environment}`;
  const prod = environment === 'prod';

  test('Aurora Serverless v2 PostgreSQL, 0.5 to 2 ACU, 7 days of backups, exported logs', () => {
    expect(theOnly(template, 'AWS::RDS::DBCluster').Properties).toMatchObject({
      DBClusterIdentifier: name,
      DatabaseName: 'payments',
      Engine: 'aurora-postgresql',
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 },
      BackupRetentionPeriod: 7,
      CopyTagsToSnapshot: true,
      EnableCloudwatchLogsExports: ['postgresql'],
      EnableIAMDatabaseAuthentication: true,
      Port: 5432,
    });
    expect(theOnly(template, 'AWS::Logs::LogGroup').Properties).toMatchObject({
      LogGroupName: `/aws/rds/cluster/${name}/postgresql`,
      RetentionInDays: 30,
      KmsKeyId: { 'Fn::ImportValue': expect.stringContaining('TelemetryKey') },
    });
  });

  test('its log group is there before the cluster, which would make one without retention or key', () => {
    const [logGroup] = of('AWS::Logs::LogGroup')[0]!;
    expect(theOnly(template, 'AWS::RDS::DBCluster').DependsOn).toContain(logGroup);
  });

  test('a writer and a reader, in different zones, not public, and updated by themselves', () => {
    const instances = of('AWS::RDS::DBInstance');
    expect(instances.map(([, i]) => [i.Properties.DBInstanceIdentifier, i.Properties.AvailabilityZone])).toEqual([
      [`${name}-1`, 'us-east-1a'],
      [`${name}-2`, 'us-east-1b'],
    ]);
    for (const [, { Properties }] of instances) {
      expect(Properties).toMatchObject({
        DBInstanceClass: 'db.serverless',
        PubliclyAccessible: false,
        AutoMinorVersionUpgrade: true,
      });
    }
    const [[writer], [, reader]] = instances as [[string, unknown], (typeof instances)[number]];
    expect(reader.DependsOn).toContain(writer);
  });

  test('encrypted with keys of its own: storage, performance data, credentials', () => {
    const cluster = theOnly(template, 'AWS::RDS::DBCluster').Properties;
    expect(cluster).toMatchObject({ StorageEncrypted: true, KmsKeyId: databaseKey });
    expect(cluster).toMatchObject({ ManageMasterUserPassword: true, MasterUserSecret: { KmsKeyId: secretsKey } });
    expect(cluster).not.toHaveProperty('MasterUserPassword');
    for (const [, { Properties }] of of('AWS::RDS::DBInstance')) {
      expect(Properties).toMatchObject({ EnablePerformanceInsights: true, PerformanceInsightsKMSKeyId: databaseKey });
    }
  });

  test('TLS only', () => {
    const [id, parameters] = of('AWS::RDS::DBClusterParameterGroup')[0]!;
    expect(parameters.Properties.Parameters).toEqual({ 'rds.force_ssl': '1' });
    const { DBClusterParameterGroupName, EngineVersion } = theOnly(template, 'AWS::RDS::DBCluster').Properties;
    expect(DBClusterParameterGroupName).toEqual({ Ref: id });
    expect(parameters.Properties.Family).toBe(`aurora-postgresql${String(EngineVersion).split('.')[0]}`);
  });

  test('in isolated subnets of three zones, in the group of the database only', () => {
    const [id, { Properties }] = of('AWS::RDS::DBSubnetGroup')[0]!;
    expect((Properties.SubnetIds as unknown as object[]).map(plain)).toEqual(
      [1, 2, 3].map((i) => expect.stringContaining(`isolatedSubnet${i}`)),
    );
    const { DBSubnetGroupName, VpcSecurityGroupIds } = theOnly(template, 'AWS::RDS::DBCluster').Properties;
    expect(DBSubnetGroupName).toEqual({ Ref: id });
    expect(VpcSecurityGroupIds).toEqual([{ 'Fn::ImportValue': expect.stringContaining('GroupsDatabase') }]);
  });

  test('enhanced monitoring every minute, by a role that writes where RDS does and nowhere else', () => {
    const [id, { Properties }] = of('AWS::IAM::Role')[0]!;
    for (const [, instance] of of('AWS::RDS::DBInstance')) {
      expect(instance.Properties).toMatchObject({
        MonitoringInterval: 60,
        MonitoringRoleArn: { 'Fn::GetAtt': [id, 'Arn'] },
      });
    }
    expect(Properties.RoleName).toBe(`${prefix}-database-monitoring-role-${environment}`);
    const logs = `arn:aws:logs:us-east-1:${accounts[environment]}:log-group:RDSOSMetrics`;
    expect(Properties.Policies).toMatchObject([
      {
        PolicyDocument: {
          Statement: [
            { Action: ['logs:CreateLogGroup', 'logs:PutRetentionPolicy'], Resource: [logs, `${logs}:log-stream:`] },
            { Resource: `${logs}:log-stream:*` },
          ],
        },
      },
    ]);
    expect(Properties.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'monitoring.rds.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': accounts[environment] },
            ArnLike: { 'aws:SourceArn': `arn:aws:rds:us-east-1:${accounts[environment]}:db:${name}-*` },
          },
        },
      ],
    });
  });

  test('its host name is a parameter, because its secret has user name and password only', () => {
    const [cluster] = of('AWS::RDS::DBCluster')[0]!;
    expect(theOnly(template, 'AWS::SSM::Parameter').Properties).toMatchObject({
      Name: `/${prefix}/${environment}/database/endpoint`,
      Type: 'String',
      Value: { 'Fn::GetAtt': [cluster, 'Endpoint.Address'] },
    });
  });

  test(`${prod ? 'kept and protected' : 'gone without a snapshot'} when its stack goes`, () => {
    const { Properties } = theOnly(template, 'AWS::RDS::DBCluster');
    expect(Properties).toMatchObject({ DeletionProtection: prod, DeleteAutomatedBackups: !prod });
    const ofData = Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::KMS::Alias');
    expect(ofData.length).toBeGreaterThan(9);
    for (const [id, { Type, DeletionPolicy, UpdateReplacePolicy }] of ofData) {
      expect([id, Type, DeletionPolicy]).toEqual([id, Type, prod ? 'RetainExceptOnCreate' : 'Delete']);
      expect([id, UpdateReplacePolicy]).toEqual([id, prod ? 'Retain' : 'Delete']);
    }
  });

  test('the key that services sign with is generated where it is kept', () => {
    expect(theOnly(template, 'AWS::SecretsManager::Secret').Properties).toMatchObject({
      Name: `api-credentials-${environment}`,
      GenerateSecretString: { PasswordLength: 64 },
      KmsKeyId: secretsKey,
    });
  });

  test('outputs', () => {
    expect(Object.keys(template.Outputs).filter((key) => !key.startsWith('Exports'))).toEqual([
      ...['SecretArns', 'SecretsKeyArn'],
      ...['DatabaseClusterId', 'DatabaseEndpoint', 'DatabaseReaderEndpoint'],
      ...['DatabaseSecretArn', 'DatabaseSecurityGroupId', 'DatabaseKeyArn'],
    ]);
  });
});

describe.each(environmentNames)('the data of payment-processor in %s', (environment) => {
  const { templates, texts } = synthesized('payment-processor');
  const template = templates[environment]!.data!;

  test('a secret whose value is nowhere in the template', () => {
    const [[key]] = resources(template, 'AWS::KMS::Key') as [[string, unknown]];
    const { Properties } = theOnly(template, 'AWS::SecretsManager::Secret');
    expect(Properties).toMatchObject({
      Name: `db-credentials-${environment}`,
      KmsKeyId: { 'Fn::GetAtt': [key, 'Arn'] },
    });
    expect(texts[environment]!.data).not.toMatch(/SecretString|GenerateSecret/);
  });

  test('no database', () => {
    expect(Object.values(template.Resources).filter(({ Type }) => /RDS|SSM|IAM/.test(Type))).toEqual([]);
    expect(Object.keys(template.Outputs).filter((key) => !key.startsWith('Exports'))).toEqual([
      'SecretArns',
      'SecretsKeyArn',
    ]);
  });
});

describe.each(['payment-processor', 'multi-tier', 'payment-platform'])('the keys of %s', (system) => {
  test('rotate, and wait 7 days before they are gone', () => {
    for (const environment of environmentNames) {
      const template = synthesized(system).templates[environment]!.data!;
      const kinds = system === 'payment-processor' ? ['secrets'] : ['secrets', 'database'];
      expect(resources(template, 'AWS::KMS::Alias').map(([, a]) => a.Properties.AliasName)).toEqual(
        kinds.map((kind) => `alias/${required[system]!.prefix}-${kind}-${environment}`),
      );
      const keys = resources(template, 'AWS::KMS::Key');
      expect(keys).toHaveLength(kinds.length);
      for (const [, { Properties }] of keys)
        expect(Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 7 });
    }
  });
});

test('ecs-payments keeps nothing, and has no stack for it', () => {
  expect(Object.keys(synthesized('ecs-payments').templates.prod!)).not.toContain('data');
});

test('readers as declared, and no output of secrets where the database has the only one', () => {
  const { templates } = synthesize({
    system: {
      ...paymentPlatform,
      database: { minimumCapacity: 1, maximumCapacity: 8, readers: 3, backupRetention: 35 },
      secrets: [],
      services: paymentPlatform.services.map((s) => ({ ...s, secrets: {} })),
    },
    into: environments.slice(0, 1),
  });
  const template = templates.dev!.data!;
  expect(
    resources(template, 'AWS::RDS::DBInstance').map(([, i]) => [
      i.Properties.AvailabilityZone,
      i.Properties.PromotionTier,
      i.DependsOn?.length ?? 0,
    ]),
  ).toEqual([
    ['us-east-1a', 0, 0],
    ['us-east-1b', 1, 1],
    ['us-east-1c', 1, 1],
    ['us-east-1a', 1, 1],
  ]);
  expect(template.Outputs).not.toHaveProperty('SecretArns');
  const ofService = JSON.stringify(templates.dev!['payment-api']);
  expect(ofService).not.toMatch(/GetSecretValue|"Secrets"|DB_/);
});
