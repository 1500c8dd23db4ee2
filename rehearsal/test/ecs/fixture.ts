// A cloud with a VPC, a cluster and images, without CloudFormation in between.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerResourceTypes } from '../../cloud/cloudformation/resource-types';
import { loadSpecification } from '../../cloud/cloudformation/spec';
import { create } from '../../cloud/cloudformation/provider';
import type { ServiceModule } from '../../cloud/module';
import { Clock } from '../../cloud/runtime/clock';
import { ecs } from '../../cloud/services/ecs';
import { elasticLoadBalancingV2 } from '../../cloud/services/elastic-load-balancing-v2';
import { logs } from '../../cloud/services/logs';
import { serviceDiscovery } from '../../cloud/services/service-discovery';
import { Cloud, type Environment, type Resource, type Values } from '../../cloud/state';
import { images } from './images-stub';

/** Answers its version, and 200 for /health unless told otherwise. */
const server = (version: string, health: number) => `
  const http = require('http');
  if (process.argv[2] === '--health') {
    http.get('http://127.0.0.1:8080/health', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
  } else {
    const server = http.createServer((q, r) => { r.statusCode = q.url === '/health' ? ${health} : 200; r.end('${version}'); });
    server.listen(8080, () => console.log('listening ${version}'));
    process.on('SIGTERM', () => { console.log('draining'); server.close(() => process.exit(0)); server.closeIdleConnections(); });
  }`;

export class Fixture {
  readonly directory = mkdtempSync(join(tmpdir(), 'rehearsal-ecs-'));
  readonly cloud = new Cloud(this.directory, new Clock(600));
  readonly env: Environment = this.cloud.environment('111111111111', 'us-east-1');
  readonly context: any = {
    account: '111111111111',
    region: 'us-east-1',
    principalArn: 'arn:aws:iam::111111111111:user/test',
  };
  readonly api = this.handlers(ecs);

  async start(extra: ServiceModule[] = []): Promise<this> {
    await loadSpecification();
    registerResourceTypes(this.cloud, [ecs, elasticLoadBalancingV2, logs, serviceDiscovery, ...extra]);
    await this.make('AWS::EC2::VPC', 'Vpc', { CidrBlock: '10.0.0.0/16' });
    for (const [i, zone] of ['a', 'b'].entries()) {
      const properties = { VpcId: this.vpc, CidrBlock: `10.0.${10 + i}.0/24`, AvailabilityZone: `us-east-1${zone}` };
      this.subnets.push((await this.make('AWS::EC2::Subnet', `Subnet${zone}`, properties)).id);
    }
    await this.make('AWS::ECS::Cluster', 'Cluster', { ClusterName: 'main' });
    await this.make('AWS::Logs::LogGroup', 'Logs', { LogGroupName: '/ecs/api' });
    this.image('good', 200);
    this.image('bad', 500);
    return this;
  }
  readonly subnets: string[] = [];
  get vpc(): string {
    return this.env.list('AWS::EC2::VPC')[0]!.id;
  }
  async end(): Promise<void> {
    await this.cloud.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
  handlers(module: ServiceModule): Record<string, (input: any) => any> {
    const { handlers } = module.api!(this.cloud);
    return Object.fromEntries(
      Object.entries(handlers).map(([name, handler]) => [name, async (input: any) => handler(input, this.context)]),
    );
  }
  image(version: string, health: number): void {
    const directory = join(this.directory, 'image', version);
    mkdirSync(join(directory, 'app'), { recursive: true });
    writeFileSync(join(directory, 'app', 'server.js'), server(version, health));
    images.set(version, directory);
  }
  /** Makes a resource as CloudFormation does, and waits for it. */
  async make(type: string, logicalId: string, properties: Values): Promise<Resource> {
    const resource = create(type, properties, { stackName: 'test', stackId: 'test', logicalId }, this.env);
    await this.cloud.resourceTypes.get(type)?.created?.(resource, this.env, this.cloud.signal);
    return resource;
  }
  async taskDefinition(image: string, family = 'api', more: Values = {}): Promise<string> {
    const made = await this.make('AWS::ECS::TaskDefinition', `Task${image}${Math.random()}`, {
      Family: family,
      Cpu: '256',
      Memory: '512',
      ContainerDefinitions: [
        {
          Name: 'api',
          Image: image,
          PortMappings: [{ ContainerPort: 8080 }],
          HealthCheck: { Command: ['CMD', 'node', 'server.js', '--health'], Interval: 5, Retries: 2 },
          LogConfiguration: {
            LogDriver: 'awslogs',
            Options: { 'awslogs-group': '/ecs/api', 'awslogs-stream-prefix': 'ecs', 'awslogs-region': 'us-east-1' },
          },
          ...more,
        },
      ],
    });
    return made.id;
  }
  serviceProperties(taskDefinition: string, more: Values = {}): Values {
    return {
      ServiceName: 'api',
      Cluster: 'main',
      TaskDefinition: taskDefinition,
      DesiredCount: 2,
      NetworkConfiguration: { AwsvpcConfiguration: { Subnets: this.subnets, SecurityGroups: [] } },
      ...more,
    };
  }
  async describe(): Promise<any> {
    return (await this.api.DescribeServices!({ cluster: 'main', services: ['api'] })).services[0];
  }
}

export async function until(condition: () => Promise<boolean> | boolean, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((done) => setTimeout(done, 50));
  }
}
