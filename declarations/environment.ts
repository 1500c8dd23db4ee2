import { z } from 'zod';
import { changeException } from './change-exception';

export const certificateArn = z
  .string()
  .regex(/^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, 'this is not the ARN of an ACM certificate');
export const domainName = z
  .string()
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, "a domain name looks like 'payments.example.com'");

const environment = z.strictObject({
  /** Ends the names of everything in the environment; any valid suffix. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,11}$/, 'use lower-case letters, digits and hyphens, at most 12'),
  account: z.string().regex(/^\d{12}$/, 'an AWS account number has 12 digits'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region looks like 'us-east-1'"),
  /** Availability zones by their letters, in the order of their subnets. Configured, so that synthesis looks nothing up. */
  zones: z
    .array(z.string().regex(/^[a-z]$/, "a zone is one letter, as in 'a'"))
    .min(2)
    .max(6),
  certificate: z.union([
    z.strictObject({
      /** Certificate in ACM, in the environment's account and region. */
      arn: certificateArn,
      /** Name that the certificate is for and that leads to the load balancer, where somebody keeps one. */
      domainName: domainName.optional(),
    }),
    z.strictObject({
      /** The stage makes a certificate for this name, and the record that leads to its load balancer. */
      domainName,
      /** Public hosted zone, in the environment's account, that the name belongs to. */
      hostedZoneId: z.string().regex(/^Z[A-Z0-9]{5,31}$/, "the id of a hosted zone looks like 'Z0123456789ABCDEFGHIJ'"),
    }),
  ]),
  /** Address ranges that may use the test listener beside the stage's own NAT addresses. */
  testers: z.array(z.cidrv4('an address range looks like 192.0.2.10/32')).default([]),
  natGateways: z.enum(['one', 'one-per-zone']),
  /** half: half the declared size, 0.5 vCPU and 1 GB at least. */
  taskSize: z.enum(['half', 'declared']),
  /** Fewest and most tasks of each service; what the service declares where absent, or where that is lower. */
  tasks: z.strictObject({ minimum: z.int().min(1).optional(), maximum: z.int().min(1).optional() }),
  /** ECS Exec; the root file system is read-only where it is off, because Exec needs to write to it. */
  executeCommand: z.boolean(),
  /** A person approves before the stage is deployed. */
  approval: z.boolean(),
  trafficShift: z.enum(['all-at-once', 'linear']),
  /**
   * Live checks raise and reset the alarm of a scaling policy, to see that it scales: the one thing that they change.
   * For environments that nobody depends on.
   */
  scalingTrial: z.boolean(),
  /** Data outlives the stacks, and the stacks are protected against deletion. */
  retainData: z.boolean(),
  /** Changes that the change guard lets through although it would refuse them. Take an entry out once it is delivered. */
  exceptions: z.array(changeException).default([]),
});

/** Where a system is deployed, and how it differs there from its declaration. */
export type Environment = z.infer<typeof environment>;

/** Checks an environment. Throws an error that names each wrong field and what is allowed. */
export function declareEnvironment(declaration: z.input<typeof environment>): Environment {
  const checked = environment.safeParse(declaration);
  if (checked.success) return checked.data;
  throw new Error(`Environment '${declaration.name}' is not valid:\n${z.prettifyError(checked.error)}`);
}
