import { z } from 'zod';
import { capacity, interfaceEndpoints, memoryOf, name, port, scaling, secret, serviceSecrets } from './system-parts';

const service = z
  .strictObject({
    name,
    /** Port that the container listens on; also the priority of the service's listener rules, which may be 50000 at most. */
    port,
    /** Path pattern at the load balancer; absent for an internal service. */
    path: z
      .string()
      .regex(/^\/([\w-]+\/)*\*$/, "start with '/' and end with '/*'")
      .optional(),
    /** Request headers that the load balancer asks for beside the path: one of the values of each. Health checks send none. */
    headers: z
      .array(
        z.strictObject({ name: z.string().regex(/^[\w-]{1,40}$/), values: z.array(z.string().min(1).max(128)).min(1) }),
      )
      .default([]),
    /** CPU units: 1024 is one vCPU. */
    cpu: z.int(),
    /** MiB. */
    memory: z.int(),
    scaling,
    capacity: z.array(capacity).min(1),
    /** BLUE_GREEN: released by CodeDeploy, held for checks. ROLLING: rolled by ECS within the deploy. */
    release: z.enum(['BLUE_GREEN', 'ROLLING']),
    /** Names of services that this one calls: ROLLING ones by their Cloud Map name, BLUE_GREEN ones through the load balancer. */
    calls: z.array(name).default([]),
    secrets: serviceSecrets,
  })
  .check(({ value: s, issues }) => {
    const add = (path: string, message: string) => issues.push({ code: 'custom', path: [path], message, input: s });
    if (!memoryOf[s.cpu]) add('cpu', `Fargate has no ${s.cpu} CPU units: use ${Object.keys(memoryOf).join(', ')}`);
    else if (!memoryOf[s.cpu]!.includes(s.memory))
      add('memory', `with ${s.cpu} CPU units use ${memoryOf[s.cpu]!.join(', ')} MiB`);
    if (s.scaling.maximum < s.scaling.minimum) add('scaling', 'maximum is below minimum');
    if (s.release === 'ROLLING' && s.path)
      add('release', 'a service with a path is BLUE_GREEN: its traffic has to be shifted');
    if (s.scaling.requestsPerTarget && !s.path)
      add('scaling', 'requestsPerTarget needs a path: no load balancer counts requests');
    if (s.release === 'BLUE_GREEN' && !s.path)
      add('release', 'BLUE_GREEN needs a path: CodeDeploy shifts a load balancer');
    if (s.headers.length && !s.path) add('headers', 'headers need a path: no load balancer looks at them');
    // A path takes one value of a rule's conditions.
    if (s.headers.flatMap((h) => h.values).length > 4)
      add('headers', 'a listener rule has five values at most, and the path is one: use four or fewer');
  });

const database = z
  .strictObject({
    /** Least and most Aurora capacity units; an ACU is about 2 GiB with its CPU. */
    minimumCapacity: z.number().min(0.5).max(256),
    maximumCapacity: z.number().min(1).max(256),
    readers: z.int().min(0).max(15),
    /** Days that automatic backups are kept. */
    backupRetention: z.int().min(1).max(35),
  })
  .refine((d) => d.minimumCapacity <= d.maximumCapacity, { error: 'maximumCapacity is below minimumCapacity' });

/** Stacks that a stage has beside those of its services: a service needs a name of its own. */
const sharedStacks = ['access', 'network', 'data', 'platform', 'observability'];

const system = z
  .strictObject({
    name,
    /** Begins the names of shared resources: {prefix}-vpc-{environment}. */
    prefix: name.max(24, 'use at most 24 characters: the names of roles have 64, and end with more'),
    /** Where the system is deployed unless configuration.json says otherwise. */
    region: z.string().default('us-east-1'),
    /** Availability zones that it uses: the first ones of the environment. */
    zones: z.int().min(2).max(3).default(3),
    /** Tags on everything, beside those that every system has. */
    tags: z.record(z.string().regex(/^[\w.:/=+@-]{1,128}$/), z.string().max(256)).default({}),
    /** Begins the names of log groups: {logGroupPrefix}/{service}-{environment}. */
    logGroupPrefix: z.string().regex(/^\/[\w/-]+[\w]$/),
    /** Days that logs are kept. */
    logRetention: z.literal(30),
    /** Key of the image repositories: ECR's own, or KMS's key for ECR. */
    imageEncryption: z.enum(['AES256', 'KMS']).default('AES256'),
    /** AWS services that are reached by an interface endpoint with private DNS, and not through NAT. */
    interfaceEndpoints,
    /** AWS services that are reached by a gateway endpoint. */
    gatewayEndpoints: z.array(z.enum(['s3'])).default([]),
    /** Aurora Serverless v2 PostgreSQL. @default none */
    database: database.optional(),
    /** Secrets of the system, beside the database's own. */
    secrets: z.array(secret).default([]),
    /** Services reach one another on one another's ports, whether they declare a call or not. */
    reachOneAnother: z.boolean().default(false),
    /** A collector beside each container sends traces to X-Ray. */
    tracing: z.boolean().default(false),
    dashboard: z.boolean().default(false),
    services: z.array(service).min(1),
  })
  .check(({ value: s, issues }) => {
    const names = s.services.map((x) => x.name);
    const secrets = [...(s.database ? ['database'] : []), ...s.secrets.map((x) => x.name)];
    const add = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', path, message, input: s });
    names.forEach((n, i) => names.indexOf(n) < i && add(['services', i, 'name'], `'${n}' is there twice`));
    s.secrets.forEach(({ name: n }, i) => {
      if (n === 'database') add(['secrets', i, 'name'], "'database' is the database's own secret: use another name");
      else if (secrets.indexOf(n) !== secrets.lastIndexOf(n)) add(['secrets', i, 'name'], `'${n}' is there twice`);
    });
    s.services.forEach((x, i) => {
      if (sharedStacks.includes(x.name)) add(['services', i, 'name'], `'${x.name}' is the name of another stack`);
      const other = s.services.slice(0, i).find((y) => y.port === x.port);
      if (other) add(['services', i, 'port'], `port ${x.port} is that of '${other.name}': give each service its own`);
      for (const called of x.calls) {
        if (called === x.name) add(['services', i, 'calls'], `'${called}' calls itself`);
        else if (!names.includes(called))
          add(['services', i, 'calls'], `no service '${called}': there are ${names.join(', ')}`);
      }
      for (const [variable, from] of Object.entries(x.secrets)) {
        if (!secrets.includes(from))
          add(['services', i, 'secrets', variable], `no secret '${from}': there are ${secrets.join(', ') || 'none'}`);
      }
    });
  });

/** A payment system as data: which services, which network, which data, with which numbers. The numbers are prod's. */
export type System = z.infer<typeof system>;
export type Service = System['services'][number];
export type Database = NonNullable<System['database']>;
export type Secret = System['secrets'][number];

/** Checks a declaration. Throws an error that names each wrong field and what is allowed. */
export function declareSystem(declaration: z.input<typeof system>): System {
  const checked = system.safeParse(declaration);
  if (checked.success) return checked.data;
  throw new Error(`System '${declaration.name}' is not valid:\n${z.prettifyError(checked.error)}`);
}
