// What CloudFormation does with secrets.
import { HandlerError } from '../../cloudformation/handler-error';
import { letters } from '../../hash';
import type { ResourceType } from '../../module';
import type { Environment, Resource, Values } from '../../state';
import { randomPassword } from './password';
import { addSecret, lookUp, putValue, secretOf, secrets, type Secret } from './store';

const SECRET = 'AWS::SecretsManager::Secret';

/** The value that a template asks for; none where it asks for an empty secret. */
function valueOf({ SecretString, GenerateSecretString: rules }: Values): string | undefined {
  if (SecretString !== undefined && rules) {
    throw new Error("You can't specify both SecretString and GenerateSecretString.");
  }
  if (!rules) return SecretString;
  const { SecretStringTemplate: template, GenerateStringKey: key } = rules;
  if ((template === undefined) !== (key === undefined)) {
    throw new Error('GenerateStringKey and SecretStringTemplate go together: give both or none.');
  }
  const password = randomPassword(rules);
  return key === undefined ? password : JSON.stringify({ ...JSON.parse(template), [key]: password });
}

const described = ({
  Description,
  KmsKeyId,
  Tags = [],
}: Values): Pick<Secret, 'description' | 'kmsKeyId' | 'tags'> => ({
  description: Description,
  kmsKeyId: KmsKeyId,
  tags: Tags,
});

/** Runs a request of the handler's; what Secrets Manager refuses fails the resource. */
function asHandler<T>(request: () => T): T {
  try {
    return request();
  } catch (error: any) {
    const code = error.code === 'ResourceExistsException' ? 'AlreadyExists' : 'InvalidRequest';
    throw new HandlerError(code, `${error.message} (Service: SecretsManager, Status Code: 400)`);
  }
}

const secret: ResourceType = {
  attributes: ({ model, seed, arn }) => ({ Id: arn('secretsmanager', `secret:${model.Name}-${letters(seed, 6)}`) }),
  created({ id, model, properties }, env) {
    asHandler(() => {
      const value = valueOf(properties);
      const made = addSecret(env, { arn: id, name: model.Name, ...described(properties) });
      if (value !== undefined) putValue(env, made, { string: value });
    });
  },
  updated({ id, properties }, before, env) {
    asHandler(() => {
      const found = secretOf(env, id);
      Object.assign(found, described(properties));
      const isChanged = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(before.properties[name]);
      if (!isChanged('SecretString') && !isChanged('GenerateSecretString')) return;
      const value = valueOf(properties);
      if (value !== undefined) putValue(env, found, { string: value });
    });
  },
  deleted: ({ id }, env) => void secrets(env).delete(id),
};

const setPolicy = ({ properties }: Resource, env: Environment, policy?: string) => {
  const found = lookUp(env, properties.SecretId);
  if (found) found.policy = policy;
};
const resourcePolicy: ResourceType = {
  created: (resource, env) => setPolicy(resource, env, JSON.stringify(resource.properties.ResourcePolicy)),
  updated: (resource, _before, env) => setPolicy(resource, env, JSON.stringify(resource.properties.ResourcePolicy)),
  deleted: (resource, env) => setPolicy(resource, env),
};

export const resources: Record<string, ResourceType> = {
  [SECRET]: secret,
  'AWS::SecretsManager::ResourcePolicy': resourcePolicy,
};
