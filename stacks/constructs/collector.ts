import type { aws_ecs as ecs } from 'aws-cdk-lib';

/**
 * AWS Distro for OpenTelemetry. The digest pins the bytes; it is the one that several public repositories pin beside this tag, of
 * Docker Hub's copy too, and is unverified against the registry itself. The image's user is not root (aws-observability/aws-otel-collector#2317).
 */
const image =
  'public.ecr.aws/aws-observability/aws-otel-collector:v0.50.0@sha256:7968fb60db6a2390a47ba6a2df029745638486e285c9b2487da1b722d0855a3e';

export const collectorName = 'collector';
/** Where the application sends its traces: containers of a task share a network. By address, because a name may lead to ::1 first. */
export const collectorEndpoint = 'http://127.0.0.1:4318';

/** Traces by OTLP, or by UDP from X-Ray's own libraries, to X-Ray. It listens within the task only, so no port is mapped. */
const configuration = (region: string) => ({
  extensions: { health_check: { endpoint: '127.0.0.1:13133' } },
  receivers: {
    otlp: { protocols: { grpc: { endpoint: '127.0.0.1:4317' }, http: { endpoint: '127.0.0.1:4318' } } },
    // Over TCP, X-Ray's libraries ask the same port for sampling rules.
    awsxray: { endpoint: '127.0.0.1:2000', transport: 'udp', proxy_server: { endpoint: '127.0.0.1:2000', region } },
  },
  processors: {
    // Below the container's memory: it refuses traces before it is killed.
    memory_limiter: { check_interval: '1s', limit_mib: 192, spike_limit_mib: 48 },
    batch: { timeout: '1s' },
  },
  exporters: { awsxray: { region } },
  service: {
    extensions: ['health_check'],
    pipelines: {
      traces: { receivers: ['otlp', 'awsxray'], processors: ['memory_limiter', 'batch'], exporters: ['awsxray'] },
    },
  },
});

export interface CollectorProps {
  readonly region: string;
  /** Name of the service's log group. */
  readonly logGroupName: string;
  readonly readonlyRootFilesystem: boolean;
}

/** The container that sends a task's traces to X-Ray. Without it the task goes on, without traces. */
export const collector = ({
  region,
  logGroupName,
  readonlyRootFilesystem,
}: CollectorProps): ecs.CfnTaskDefinition.ContainerDefinitionProperty => ({
  name: collectorName,
  image,
  essential: false,
  cpu: 32,
  memory: 256,
  // YAML, which JSON is a part of.
  environment: [{ name: 'AOT_CONFIG_CONTENT', value: JSON.stringify(configuration(region)) }],
  // The image has this program, which asks port 13133 (aws-observability/aws-otel-collector, cmd/healthcheck), and no shell.
  healthCheck: { command: ['CMD', '/healthcheck'], interval: 30, timeout: 5, retries: 3, startPeriod: 60 },
  logConfiguration: {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': logGroupName,
      'awslogs-region': region,
      'awslogs-stream-prefix': collectorName,
    },
  },
  readonlyRootFilesystem,
  privileged: false,
  linuxParameters: { initProcessEnabled: true },
});
