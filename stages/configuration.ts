import { z } from 'zod';
import file from '../configuration.json';
import { certificateArn, domainName } from '../declarations/environment';

const account = z.string().regex(/^\d{12}$/, 'an AWS account number has 12 digits');
const place = z.strictObject({
  account,
  /** @default the region of the system that is delivered */
  region: z.string().optional(),
});
const environment = place.extend({
  /** @default a, b, c */
  zones: z.array(z.string()).default(['a', 'b', 'c']),
  /** Certificates in ACM, one for each region that a system is deployed to. @default none: one is made for `domainName` in `hostedZoneId` */
  certificateArns: z.array(certificateArn).default([]),
  /** Name of the payments' entrance. With `hostedZoneId` the stage makes its certificate and record. @default none */
  domainName: domainName.optional(),
  /** Public hosted zone, in the environment's account, that `domainName` belongs to. @default none */
  hostedZoneId: z.string().optional(),
  /** Address ranges that may use the test listener beside the stage's own NAT addresses. @default none */
  testers: z.array(z.string()).default([]),
  /** Name of the system that is deployed here. @default whichever is delivered */
  system: z.string().optional(),
});
const configuration = z.strictObject({
  /** Name of the system that the pipeline delivers. */
  system: z.string(),
  /** GitHub repository, 'owner/name'. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "a repository looks like 'owner/name'"),
  /** Numeric ids of the repository's owner and of the repository itself: in the tokens of newer repositories. @default none: trusted by names only */
  repositoryIds: z.strictObject({ owner: z.int().min(1), name: z.int().min(1) }).optional(),
  /** ARN of GitHub's identity provider in the tooling account, where there is one already: an account has one at most. @default none: the pipeline's stack makes it */
  githubProviderArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
      "this is not the ARN of GitHub's identity provider",
    )
    .optional(),
  branch: z.string().regex(/^[\w./-]+$/, 'name one branch, without wildcards'),
  /** CodeConnections connection to the repository, made and authorized in the tooling account. */
  connectionArn: z
    .string()
    .regex(/^arn:aws[\w-]*:(codeconnections|codestar-connections):/, 'this is not the ARN of a connection'),
  /** Where the pipeline itself lives. */
  tooling: place,
  /** Roles or users of the tooling account, by their ARNs, that may take an environment back or act by hand. @default nobody may */
  operators: z
    .array(
      z
        .string()
        .regex(/^arn:aws[\w-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, 'this is not the ARN of one role or user'),
    )
    .default([]),
  /** Account and certificate of each environment; stages/environments.ts has the rest. */
  environments: z.record(z.string(), environment),
});
export type Configuration = z.infer<typeof configuration>;
export type ConfiguredEnvironment = Configuration['environments'][string];

/** What differs from one installation to the next: configuration.json. Throws an error that names each wrong field. */
export function readConfiguration(content: unknown = file): Configuration {
  const checked = configuration.safeParse(content);
  if (checked.success) return checked.data;
  throw new Error(`configuration.json is not valid:\n${z.prettifyError(checked.error)}`);
}

/** Is AWS played by this computer? Then accounts may be placeholders, and nothing costs or holds anything. */
export function isLocal({ AWS_ENDPOINT_URL: url }: NodeJS.ProcessEnv): boolean {
  return !!url && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

/** AWS's documentation uses accounts of one digit as examples; nobody deploys there. */
const isPlaceholder = (number: string) => /^(\d)\1{11}$/.test(number) || number === '123456789012';

/** The entries of configuration.json that still hold a placeholder account. */
export function placeholderAccounts({ tooling, environments }: Configuration): string[] {
  const accounts = { tooling, ...environments };
  return Object.entries(accounts)
    .filter(([, { account }]) => isPlaceholder(account))
    .map(([entry]) => entry);
}
