// The parts of a system's schema that are the same for every service.
import { z } from 'zod';

/** Fargate's task sizes that the systems use: CPU units and the memory (MiB) each allows. Source: AWS, "Task CPU and memory". */
export const memoryOf: Record<number, readonly number[]> = {
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: [4096, 5120, 6144, 7168, 8192],
  4096: [8192, 16384],
};
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, 'use lower-case letters, digits and hyphens, 3 to 32');
export const port = z.int().min(1024, 'use a port from 1024 to 50000').max(50000, 'use a port from 1024 to 50000');
const percent = z.int().min(1).max(100);

export const capacity = z.strictObject({
  provider: z.enum(['FARGATE', 'FARGATE_SPOT']),
  /** Tasks that run on this provider before weights count. */
  base: z.int().min(0).default(0),
  weight: z.int().min(0).max(1000),
});

export const scaling = z.strictObject({
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

export const interfaceEndpoints = z
  .array(z.enum(['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'kms', 'ssm', 'ssmmessages', 'xray']))
  .default([]);

export const secret = z.strictObject({
  /** {name}-{environment} in Secrets Manager. */
  name,
  description: z.string().min(1),
  /** generated: Secrets Manager makes the value. external: a person sets it, and the delivery waits until it is there. */
  value: z.enum(['generated', 'external']),
});

/** Name of a variable → name of the secret that it holds, or 'database' for the database's credentials. */
export const serviceSecrets = z
  .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'use capitals, digits and underscores'), z.string())
  .default({});
