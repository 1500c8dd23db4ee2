import { multiTier } from '../../stages/systems/multi-tier';
import { cases, required, sizeIn } from './required';
import { accounts, environments, plain, resources, synthesize, synthesized, theOnly, type Values } from './support';

const named = cases.map((c) => [c.service, c.system, c.environment, c] as const);

describe.each(named)('tasks of %s of %s in %s', (service, system, environment, { row }) => {
  const template = synthesized(system).templates[environment]![service]!;
  const definition = theOnly(template, 'AWS::ECS::TaskDefinition');
  const [application, ...others] = definition.Properties.ContainerDefinitions as unknown as [Values, ...Values[]];
  const { region, tracing } = required[system]!;
  const account = accounts[environment];
  const index = Object.keys(required[system]!.services).indexOf(service);
  const image = String.fromCharCode(97 + index).repeat(16);
  const variables = Object.fromEntries(
    (application.Environment as unknown as { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]),
  );
  const exec = environment !== 'prod';

  test('size, platform, family; an older revision stays active', () => {
    const [cpu, memory] = sizeIn(row, environment);
    expect(definition).toMatchObject({ UpdateReplacePolicy: 'Retain', DeletionPolicy: 'Delete' });
    expect(definition.Properties).toMatchObject({
      Family: `${service}-${environment}`,
      Cpu: String(cpu),
      Memory: String(memory),
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'X86_64', OperatingSystemFamily: 'LINUX' },
    });
    expect(account).toBe(accounts[environment]);
  });

  test('the container: image of the tooling account, own port and health check, drained within 90 s', () => {
    expect(application).toMatchObject({
      Name: service,
      Essential: true,
      PortMappings: [{ ContainerPort: row.port, Protocol: 'tcp' }],
      HealthCheck: {
        Command: ['CMD', 'node', 'server.js', '--health'],
        Interval: 30,
        Timeout: 5,
        Retries: 3,
        StartPeriod: 60,
      },
      StopTimeout: 90,
    });
    expect(plain(application.Image)).toBe(`${accounts.tooling}.dkr.ecr.${region}.AWS::URLSuffix/${service}:${image}`);
  });

  test(`hardened; its root file system is ${exec ? 'written to by ECS Exec' : 'read-only'}`, () => {
    for (const container of [application, ...others]) {
      expect(container).toMatchObject({
        ReadonlyRootFilesystem: !exec,
        Privileged: false,
        LinuxParameters: { InitProcessEnabled: true },
      });
      expect(container).not.toHaveProperty('User', 'root');
    }
  });

  test('variables: what it is, whom it calls, where its data and its collector are', () => {
    const calls = Object.entries(row.calls).map(([name, url]) => [name, url.replace('{environment}', environment)]);
    expect(variables).toEqual({
      PORT: String(row.port),
      SERVICE_NAME: service,
      ENVIRONMENT: environment,
      VERSION: image,
      ...Object.fromEntries(calls),
      ...('DB_ENDPOINT' in row.secrets && { DB_NAME: 'payments' }),
      ...(tracing && { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }),
    });
  });

  test('secrets arrive as ECS secrets, by ARN, and are in no variable', () => {
    const secrets = (application.Secrets ?? []) as unknown as { Name: string; ValueFrom: unknown }[];
    expect(secrets.map((s) => s.Name)).toEqual(Object.keys(row.secrets));
    for (const { Name, ValueFrom } of secrets) expect(plain(ValueFrom)).toContain(row.secrets[Name]);
  });

  test('logs: one group, 30 days, encrypted, JSON lines under the container’s name', () => {
    const [id, logs] = resources(template, 'AWS::Logs::LogGroup')[0]!;
    expect(resources(template, 'AWS::Logs::LogGroup')).toHaveLength(1);
    expect(logs.Properties).toMatchObject({
      LogGroupName: `${row.logGroup}-${environment}`,
      RetentionInDays: 30,
      KmsKeyId: { 'Fn::ImportValue': expect.stringContaining('TelemetryKey') },
    });
    for (const container of [application, ...others]) {
      expect(container.LogConfiguration).toEqual({
        LogDriver: 'awslogs',
        Options: { 'awslogs-group': { Ref: id }, 'awslogs-region': region, 'awslogs-stream-prefix': container.Name },
      });
    }
  });

  test(tracing ? 'a collector beside it: 32 CPU units, 256 MiB, not essential' : 'nothing beside it', () => {
    expect(others.map((c) => c.Name)).toEqual(tracing ? ['collector'] : []);
    expect(application.DependsOn).toEqual(tracing ? [{ ContainerName: 'collector', Condition: 'START' }] : undefined);
    for (const collector of others) expect(collector).toMatchObject({ Essential: false, Cpu: 32, Memory: 256 });
  });
});

describe('the collector', () => {
  const template = synthesized('multi-tier').templates.prod!['payment-api']!;
  const [, collector] = theOnly(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions as unknown as [
    unknown,
    Values,
  ];
  const [content] = collector!.Environment as unknown as [{ Name: string; Value: string }];
  const configuration = JSON.parse(content.Value);

  test('is pinned by version and digest', () => {
    expect(collector!.Image).toMatch(
      /^public\.ecr\.aws\/aws-observability\/aws-otel-collector:v\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/,
    );
  });

  test('takes OTLP on 4317 and 4318 and X-Ray segments on UDP 2000, from within the task, and sends them to X-Ray', () => {
    expect(content.Name).toBe('AOT_CONFIG_CONTENT');
    expect(configuration.receivers).toMatchObject({
      otlp: { protocols: { grpc: { endpoint: '127.0.0.1:4317' }, http: { endpoint: '127.0.0.1:4318' } } },
      awsxray: { endpoint: '127.0.0.1:2000', transport: 'udp' },
    });
    expect(configuration.exporters).toEqual({ awsxray: { region: 'us-east-1' } });
    expect(configuration.service.pipelines.traces).toMatchObject({
      receivers: ['otlp', 'awsxray'],
      exporters: ['awsxray'],
    });
    expect(collector).not.toHaveProperty('PortMappings');
  });

  test('uses only what it declares, and refuses traces before it runs out of memory', () => {
    const { pipelines, extensions } = configuration.service;
    for (const kind of ['receivers', 'processors', 'exporters'])
      expect(Object.keys(configuration[kind])).toEqual(pipelines.traces[kind]);
    expect(Object.keys(configuration.extensions)).toEqual(extensions);
    expect(configuration.processors.memory_limiter.limit_mib).toBeLessThan(256);
  });

  test('is asked for its health where it tells it', () => {
    expect(configuration.extensions.health_check.endpoint).toBe('127.0.0.1:13133');
    expect(collector!.HealthCheck!.Command).toEqual(['CMD', '/healthcheck']);
  });
});

describe('calls to a blue/green service', () => {
  const urls = (path: string) => {
    const [api, ...rest] = multiTier.services;
    const services = [{ ...api!, path }, { ...rest[0]!, calls: ['payment-api'] }, ...rest.slice(1)];
    const [dev] = environments;
    const { templates } = synthesize({
      system: { ...multiTier, services },
      into: [{ ...dev!, certificate: { ...dev!.certificate, domainName: 'pay.example.com' } }],
    });
    const { ContainerDefinitions } = theOnly(
      templates.dev!['transaction-processor']!,
      'AWS::ECS::TaskDefinition',
    ).Properties;
    const [{ Environment }] = ContainerDefinitions as unknown as [{ Environment: { Name: string; Value: string }[] }];
    return Environment.filter(({ Name }) => Name.endsWith('_URL'));
  };

  test.each([
    ['/api/payments/*', 'https://pay.example.com/api/payments'],
    ['/*', 'https://pay.example.com'],
  ])('at %s lead through the load balancer, because Cloud Map answers with a held green too', (path, url) => {
    expect(urls(path)).toEqual([{ Name: 'PAYMENT_API_URL', Value: url }]);
  });
});
