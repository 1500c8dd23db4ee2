import { z } from 'zod';

/** Fargate's task sizes that the systems use: CPU units and the memory (MiB) each allows. Source: AWS, "Task CPU and memory". */
const memoryOf: Record<number, readonly number[]> = {
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: [4096, 5120, 6144, 7168, 8192],
  4096: [8192, 16384],
};
const name = z.string().regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, 'use lower-case letters, digits and hyphens, 3 to 32');
const port = z.int().min(1024, 'use a port from 1024 to 50000').max(50000, 'use a port from 1024 to 50000');
const percent = z.int().min(1).max(100);

const capacity = z.strictObject({
  provider: z.enum(['FARGATE', 'FARGATE_SPOT']),
  /** Tasks that run on this provider before weights count. */
  base: z.int().min(0).default(0),
  weight: z.int().min(0).max(1000),
});

const scaling = z.strictObject({
  /** Fewest tasks; also how many run at first. */
  minimum: z.int().min(1),
  maximum: z.int().min(1),
  /** Target of average CPU, percent. */
  cpu: percent,
  /** Target of average memory, percent. */
  memory: percent,
  /** Target of requests a minute for each running task; public services only. */
  requestsPerTarget: z.int().min(1).optional(),
  /** Seconds between two scale-outs. */
  scaleOutCooldown: z.int().min(0),
  /** Seconds between two scale-ins. */
  scaleInCooldown: z.int().min(0),
});

const service = z
  .strictObject({
    name,
    /** Port that the container listens on; also the priority of the service's listener rules, which may be 50000 at most. */
    port,
    /** Path pattern at the load balancer; absent for an internal service. */
    path: z
      .string()
      .regex(/^\/[\w/*-]*$/, "start with '/' and end with '*'")
      .optional(),
    /** CPU units: 1024 is one vCPU. */
    cpu: z.int(),
    /** MiB. */
    memory: z.int(),
    scaling,
    capacity: z.array(capacity).min(1),
    /** BLUE_GREEN: released by CodeDeploy, held for checks. ROLLING: rolled by ECS within the deploy. */
    release: z.enum(['BLUE_GREEN', 'ROLLING']),
    /** Names of services that this one calls. */
    calls: z.array(name).default([]),
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
  });

const system = z
  .strictObject({
    name,
    /** Begins the names of shared resources: {prefix}-vpc-{environment}. */
    prefix: name,
    /** Begins the names of log groups: {logGroupPrefix}/{service}-{environment}. */
    logGroupPrefix: z.string().regex(/^\/[\w/-]+[\w]$/),
    /** Days that logs are kept. */
    logRetention: z.literal(30),
    services: z.array(service).min(1),
  })
  .check(({ value: s, issues }) => {
    const names = s.services.map((x) => x.name);
    const add = (path: (string | number)[], message: string) =>
      issues.push({ code: 'custom', path, message, input: s });
    names.forEach((n, i) => names.indexOf(n) < i && add(['services', i, 'name'], `'${n}' is there twice`));
    s.services.forEach((x, i) => {
      const other = s.services.slice(0, i).find((y) => y.port === x.port);
      if (other) add(['services', i, 'port'], `port ${x.port} is that of '${other.name}': give each service its own`);
      for (const called of x.calls) {
        const callee = s.services.find((y) => y.name === called);
        if (!callee) add(['services', i, 'calls'], `no service '${called}': there are ${names.join(', ')}`);
        else if (callee.release === 'BLUE_GREEN')
          add(
            ['services', i, 'calls'],
            `'${called}' is BLUE_GREEN: its name answers with a held green too; call ROLLING services`,
          );
        else if (callee.calls.includes(x.name))
          add(
            ['services', i, 'calls'],
            `'${x.name}' and '${called}' call each other: their stacks would wait for each other`,
          );
      }
    });
  });

/** A payment system as data: which services, with which numbers. The numbers are prod's. */
export type System = z.infer<typeof system>;
export type Service = System['services'][number];

/** Checks a declaration. Throws an error that names each wrong field and what is allowed. */
export function declareSystem(declaration: z.input<typeof system>): System {
  const checked = system.safeParse(declaration);
  if (checked.success) return checked.data;
  throw new Error(`System '${declaration.name}' is not valid:\n${z.prettifyError(checked.error)}`);
}
