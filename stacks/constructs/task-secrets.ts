import { usesDatabase } from '../../declarations/effective';
import type { Service } from '../../declarations/system';

/** Where secrets are: the system's stack for data. */
export interface SecretSource {
  /** ARN of a secret of the system, or of the database's credentials by the name 'database'. */
  secretArn(name: string): string;
  /** ARN of the parameter that holds the host name of the database's writer. */
  readonly endpointParameterArn?: string;
  /** Key of the secrets. */
  readonly secretsKeyArn: string;
}

/** What ECS puts into a task's environment before it starts, and what ECS has to read for it. */
export interface TaskSecrets {
  readonly variables: { readonly name: string; readonly valueFrom: string }[];
  readonly secretArns: string[];
  readonly parameterArns: string[];
  readonly keyArn: string;
}

/** The secrets that a service declares, and the database's host name where it uses the database. Undefined where it declares none. */
export function taskSecrets(service: Service, source: SecretSource | undefined): TaskSecrets | undefined {
  const declared = Object.entries(service.secrets);
  if (!source || !declared.length) return undefined;
  const secrets = declared.map(([name, from]) => ({ name, valueFrom: source.secretArn(from) }));
  // RDS's secret has user name and password only.
  const endpoint = usesDatabase(service) ? [{ name: 'DB_ENDPOINT', valueFrom: source.endpointParameterArn! }] : [];
  return {
    variables: [...secrets, ...endpoint],
    secretArns: [...new Set(secrets.map((s) => s.valueFrom))],
    parameterArns: endpoint.map((e) => e.valueFrom),
    keyArn: source.secretsKeyArn,
  };
}
