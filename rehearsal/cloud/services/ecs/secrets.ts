// Secrets of containers: fetched when a task starts, in its execution role, and known to its processes only.
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Environment } from '../../state';
import { AwsError } from '../../wire/aws-error';
import { credentialsFor } from '../sts';

/** Values by the names of their variables. */
export type SecretVariables = Record<string, string>;

const failure = (what: string) =>
  new Error(
    `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ${what}`,
  );
const fromSecretsManager = (what: string) => failure(`unable to retrieve secret from asm: ${what}`);
const retried = 'service call has been retried 1 time(s)';

/** Throws ClientException for a revision with secrets and nobody to fetch them. */
export function checkExecutionRole({ containerDefinitions = [], executionRoleArn }: RegisterTaskDefinitionRequest) {
  if (executionRoleArn || !containerDefinitions.some((container) => container.secrets?.length)) return;
  const message = "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
  throw new AwsError('ClientException', message);
}

/** The secrets of one container. Throws ResourceInitializationError, in ECS's words, where one cannot be had. */
export async function fetchSecrets(
  env: Environment,
  taskId: string,
  { executionRoleArn }: TaskDefinition,
  { secrets = [] }: ContainerDefinition,
): Promise<SecretVariables> {
  if (!secrets.length) return {};
  const clientFor = caller(env, taskId, executionRoleArn!);
  const values: SecretVariables = {};
  for (const { name, valueFrom = '' } of secrets) {
    values[name!] = /^arn:[^:]+:secretsmanager:/.test(valueFrom)
      ? await secretValue(valueFrom, clientFor)
      : await parameterValue(valueFrom, env.region, clientFor);
  }
  return values;
}

/** Settings with which the execution role calls a service. */
type Settings = (region: string) => ConstructorParameters<typeof SSMClient>[0];

function caller(env: Environment, taskId: string, roleArn: string): Settings {
  try {
    const task = env.arn('ecs', `task/${taskId}`);
    const credentials = credentialsFor(env.cloud, 'ecs-tasks.amazonaws.com', roleArn, taskId, task);
    return (region) => ({ region, credentials, endpoint: env.cloud.endpoint, maxAttempts: 1 });
  } catch {
    throw new Error(
      `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being ` +
        'passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.',
    );
  }
}

/** arn:aws:secretsmanager:region:account:secret:name-abcdef, or that with :json-key:version-stage:version-id, each maybe empty. */
async function secretValue(valueFrom: string, settings: Settings): Promise<string> {
  const parts = valueFrom.split(':');
  const [key, stage, version] = parts.slice(7);
  if (parts.length !== 7 && parts.length !== 10) {
    const why =
      'an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN and try again.';
    throw fromSecretsManager(`trying to retrieve secret with value ${valueFrom} resulted in error: ${why}`);
  }
  const arn = parts.slice(0, 7).join(':');
  const request = new GetSecretValueCommand({
    SecretId: arn,
    VersionStage: stage || undefined,
    VersionId: version || undefined,
  });
  const client = new SecretsManagerClient(settings(parts[3]!)!);
  const answer = await client.send(request).catch((error) => {
    const told = `StatusCode: ${error.$metadata?.httpStatusCode}, RequestID: ${error.$metadata?.requestId}, ${error.name}: ${error.message}`;
    throw fromSecretsManager(
      `${retried}: failed to fetch secret ${arn} from secrets manager: operation error Secrets Manager: GetSecretValue, https response error ${told}`,
    );
  });
  const text = answer.SecretString ?? Buffer.from(answer.SecretBinary ?? []).toString('utf8');
  return key ? member(text, key) : text;
}

/** Value of a key of a JSON object. Says nothing of the text itself where there is none. */
function member(text: string, key: string): string {
  let found: unknown;
  try {
    found = (JSON.parse(text) as Record<string, unknown> | null)?.[key];
  } catch {
    throw fromSecretsManager(`${retried}: the retrieved secret is not JSON, so it has no json key ${key}`);
  }
  if (found === undefined) {
    throw fromSecretsManager(`${retried}: retrieved secret from Secrets Manager did not contain json key ${key}`);
  }
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** A parameter by its name in the task's region, or by its ARN. */
async function parameterValue(valueFrom: string, ownRegion: string, settings: Settings): Promise<string> {
  const [, region = ownRegion, name = valueFrom] = /^arn:[^:]+:ssm:([^:]+):\d+:parameter(\/.+)$/.exec(valueFrom) ?? [];
  const broken = (what: string) => failure(`unable to retrieve secrets from ssm: ${retried}: ${what}`);
  const request = new GetParametersCommand({ Names: [valueFrom], WithDecryption: true });
  const answer = await new SSMClient(settings(region)!).send(request).catch((error) => {
    throw broken(`${error.name}: ${error.message}`);
  });
  const value = answer.Parameters?.[0]?.Value;
  if (value === undefined) throw broken(`invalid ssm parameters: ${name}`);
  return value;
}
