import * as sdk from '@aws-sdk/client-secrets-manager';
import { environmentOf } from '../../identity';
import type { Cloud, Environment } from '../../state';
import { AwsError, service, type Service } from '../../wire/service';
import { randomPassword } from './password';
import { addSecret, lookUp, moveStage, newArn, putValue, secretOf, secrets, versionOf } from './store';
import type { Secret, SecretValue } from './store';

const day = 24 * 60 * 60 * 1000;
/** Days that a deleted secret can be restored, unless the call says otherwise. */
const recoveryWindow = 30;

type Input = { SecretString?: string; SecretBinary?: Uint8Array };
const given = ({ SecretString, SecretBinary }: Input): SecretValue | undefined => {
  if (SecretString !== undefined && SecretBinary)
    throw new AwsError('InvalidParameterException', "You can't specify both a binary secret value and a string one.");
  return SecretString === undefined && !SecretBinary ? undefined : { string: SecretString, binary: SecretBinary };
};

const named = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

function describe(secret: Secret) {
  return {
    ...named(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    RotationEnabled: secret.rotate ? true : undefined,
    LastRotatedDate: secret.rotated,
    LastChangedDate: secret.changed,
    LastAccessedDate: secret.accessed,
    DeletedDate: secret.deleted,
    CreatedDate: secret.created,
    Tags: secret.tags,
    OwningService: secret.owningService,
  };
}

const stages = (secret: Secret) =>
  Object.fromEntries([...secret.versions.values()].filter((v) => v.stages.size).map((v) => [v.id, [...v.stages]]));

/** Services refuse to have what they manage changed by others. */
function refuseManaged(secret: Secret, what: string): void {
  if (!secret.owningService) return;
  const message = `You can't ${what} because it's managed by ${secret.owningService}.`;
  throw new AwsError('InvalidRequestException', message);
}

/** The API of Secrets Manager. Values are in the answers of GetSecretValue only. */
export const api = (cloud: Cloud): Service => {
  const of = (context: { account: string; region: string }): Environment => environmentOf(cloud, context);
  return service(sdk)({
    CreateSecret(input, context) {
      const env = of(context);
      const { Name = '', Description: description, KmsKeyId: kmsKeyId, Tags: tags = [] } = input;
      if (!/^[\w/+=.@!-]{1,512}$/.test(Name)) {
        const message =
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
        throw new AwsError('ValidationException', message);
      }
      const value = given(input);
      const made = addSecret(env, { arn: newArn(env, Name), name: Name, description, kmsKeyId, tags });
      const version = value && putValue(env, made, value, { token: input.ClientRequestToken });
      return { ...named(made), VersionId: version?.id };
    },
    DescribeSecret: ({ SecretId }, context) => {
      const found = secretOf(of(context), SecretId, { deleted: true });
      return { ...describe(found), VersionIdsToStages: found.versions.size ? stages(found) : undefined };
    },
    GetSecretValue({ SecretId, VersionId, VersionStage }, context) {
      const found = secretOf(of(context), SecretId);
      const { id, string, binary, created, stages: on } = versionOf(found, VersionId, VersionStage);
      found.accessed = cloud.clock.now();
      const value = { SecretString: string, SecretBinary: binary };
      return { ...named(found), VersionId: id, ...value, VersionStages: [...on], CreatedDate: created };
    },
    PutSecretValue(input, context) {
      const env = of(context);
      const found = secretOf(env, input.SecretId);
      refuseManaged(found, 'change the value of this secret');
      const value = given(input);
      if (!value)
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      const version = putValue(env, found, value, { token: input.ClientRequestToken, stages: input.VersionStages });
      return { ...named(found), VersionId: version.id, VersionStages: [...version.stages] };
    },
    UpdateSecret(input, context) {
      const env = of(context);
      const found = secretOf(env, input.SecretId);
      refuseManaged(found, 'update this secret');
      found.description = input.Description ?? found.description;
      found.kmsKeyId = input.KmsKeyId ?? found.kmsKeyId;
      found.changed = cloud.clock.now();
      const value = given(input);
      const version = value && putValue(env, found, value, { token: input.ClientRequestToken });
      return { ...named(found), VersionId: version?.id };
    },
    UpdateSecretVersionStage(input, context) {
      const found = secretOf(of(context), input.SecretId);
      const to = input.MoveToVersionId ? versionOf(found, input.MoveToVersionId) : undefined;
      const holder = [...found.versions.values()].find((version) => version.stages.has(input.VersionStage!));
      if (holder && holder !== to && holder.id !== input.RemoveFromVersionId) {
        const message = `The parameter RemoveFromVersionId can't be empty. Staging label ${input.VersionStage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`;
        throw new AwsError('InvalidParameterException', message);
      }
      moveStage(found, input.VersionStage!, to);
      return named(found);
    },
    ListSecrets(input, context) {
      const text = (secret: Secret, key?: string): string[] => {
        if (key === 'name') return [secret.name];
        if (key === 'description') return [secret.description ?? ''];
        if (key === 'owning-service') return [secret.owningService ?? ''];
        if (key === 'tag-key') return secret.tags.map((tag) => tag.Key ?? '');
        if (key === 'tag-value') return secret.tags.map((tag) => tag.Value ?? '');
        return [secret.name, secret.description ?? '', ...secret.tags.flatMap((t) => [t.Key ?? '', t.Value ?? ''])];
      };
      const fits = (secret: Secret) =>
        (input.Filters ?? []).every(({ Key, Values = [] }) =>
          Values.some((value) =>
            value.startsWith('!')
              ? !text(secret, Key).some((t) => t.startsWith(value.slice(1)))
              : text(secret, Key).some((t) => t.startsWith(value)),
          ),
        );
      const listed = [...secrets(of(context)).values()].filter((s) => input.IncludePlannedDeletion || !s.deleted);
      return {
        SecretList: listed.filter(fits).map((s) => ({ ...describe(s), SecretVersionsToStages: stages(s) })),
      };
    },
    ListSecretVersionIds({ SecretId, IncludeDeprecated }, context) {
      const found = secretOf(of(context), SecretId, { deleted: true });
      const shown = [...found.versions.values()].filter((version) => IncludeDeprecated || version.stages.size);
      return {
        ...named(found),
        Versions: shown.map((v) => ({ VersionId: v.id, VersionStages: [...v.stages], CreatedDate: v.created })),
      };
    },
    DeleteSecret({ SecretId, ForceDeleteWithoutRecovery, RecoveryWindowInDays }, context) {
      const env = of(context);
      if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
        const message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
        throw new AwsError('InvalidParameterException', message);
      }
      const days = RecoveryWindowInDays ?? recoveryWindow;
      if (days < 7 || days > 30) {
        const message = 'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).';
        throw new AwsError('InvalidParameterException', message);
      }
      const now = cloud.clock.now();
      if (ForceDeleteWithoutRecovery) {
        const found = lookUp(env, SecretId);
        // Forced deletion of what is not there succeeds.
        if (!found) return { Name: SecretId, DeletionDate: now };
        refuseManaged(found, 'delete this secret');
        secrets(env).delete(found.arn);
        return { ...named(found), DeletionDate: now };
      }
      const found = secretOf(env, SecretId);
      refuseManaged(found, 'delete this secret');
      found.deleted = now;
      found.recoverableUntil = new Date(now.getTime() + days * day);
      return { ...named(found), DeletionDate: found.recoverableUntil };
    },
    RestoreSecret({ SecretId }, context) {
      const found = secretOf(of(context), SecretId, { deleted: true });
      found.deleted = found.recoverableUntil = undefined;
      return named(found);
    },
    async RotateSecret({ SecretId }, context) {
      const found = secretOf(of(context), SecretId);
      if (!found.rotate)
        throw new AwsError(
          'InvalidRequestException',
          'No Lambda rotation function ARN is associated with this secret.',
        );
      await found.rotate();
      found.rotated = cloud.clock.now();
      return { ...named(found), VersionId: versionOf(found).id };
    },
    GetRandomPassword: (input) => ({ RandomPassword: randomPassword(input) }),
    GetResourcePolicy: ({ SecretId }, context) => {
      const found = secretOf(of(context), SecretId, { deleted: true });
      return { ...named(found), ResourcePolicy: found.policy };
    },
    PutResourcePolicy({ SecretId, ResourcePolicy }, context) {
      const found = secretOf(of(context), SecretId);
      found.policy = ResourcePolicy;
      return named(found);
    },
    DeleteResourcePolicy({ SecretId }, context) {
      const found = secretOf(of(context), SecretId);
      found.policy = undefined;
      return named(found);
    },
    TagResource({ SecretId, Tags = [] }, context) {
      const found = secretOf(of(context), SecretId);
      found.tags = [...found.tags.filter((tag) => !Tags.some((other) => other.Key === tag.Key)), ...Tags];
      return {};
    },
    UntagResource({ SecretId, TagKeys = [] }, context) {
      const found = secretOf(of(context), SecretId);
      found.tags = found.tags.filter((tag) => !TagKeys.includes(tag.Key!));
      return {};
    },
  });
};
