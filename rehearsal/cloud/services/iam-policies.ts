import * as sdk from '@aws-sdk/client-iam';
import type { Cloud, Resource } from '../state';
import type { Handlers } from '../wire/service';

// Managed policies that people make: IAM's API of them. They stand beside those that stacks make, as the same resources.

const MANAGED = 'AWS::IAM::ManagedPolicy';
/** Versions that a policy has at most. */
const maxVersions = 5;
/** Characters of a document at most, white space not counted. */
const maxCharacters = 6144;
/** IAM is no region's: what its API makes is kept here. */
const home = 'us-east-1';

interface Version {
  id: string;
  document: string;
  made: Date;
}

function policyOf(cloud: Cloud, account: string, arn: string): Resource {
  const found = cloud.find(MANAGED, arn, account);
  if (found) return found;
  const message = `Policy ${arn} was not found.`;
  throw new sdk.NoSuchEntityException({ message, $metadata: {} });
}

/** The versions, oldest first; the default one is the model's document. */
function versionsOf(policy: Resource): Version[] {
  policy.model.Versions ??= [
    { id: 'v1', document: JSON.stringify(policy.model.PolicyDocument), made: new Date(0) },
  ] satisfies Version[];
  return policy.model.Versions as Version[];
}

function checkSize(document: string): void {
  if (document.replace(/\s/g, '').length <= maxCharacters) return;
  const message = `Cannot exceed quota for PolicySize: ${maxCharacters}`;
  throw new sdk.LimitExceededException({ message, $metadata: {} });
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    throw new sdk.MalformedPolicyDocumentException({ message: 'Syntax errors in policy.', $metadata: {} });
  }
}

const describe = (policy: Resource): sdk.Policy => ({
  Arn: policy.id,
  PolicyName: policy.model.ManagedPolicyName,
  DefaultVersionId: policy.model.DefaultVersionId ?? 'v1',
  Path: '/',
  CreateDate: versionsOf(policy)[0]!.made,
});

export const managedPolicies = (cloud: Cloud): Handlers<typeof sdk> => ({
  CreatePolicy({ PolicyName, PolicyDocument = '' }, { account }) {
    const id = `arn:aws:iam::${account}:policy/${PolicyName}`;
    if (cloud.find(MANAGED, id, account)) {
      const message = `A policy called ${PolicyName} already exists. Duplicate names are not allowed.`;
      throw new sdk.EntityAlreadyExistsException({ message, $metadata: {} });
    }
    checkSize(PolicyDocument);
    const properties = { ManagedPolicyName: PolicyName, PolicyDocument: parsed(PolicyDocument) };
    const Versions: Version[] = [{ id: 'v1', document: PolicyDocument, made: cloud.clock.now() }];
    const model = { ...properties, PolicyArn: id, DefaultVersionId: 'v1', Versions };
    const policy = { type: MANAGED, id, seed: id, properties, model };
    cloud.environment(account, home).put(policy);
    return { Policy: describe(policy) };
  },
  GetPolicy: ({ PolicyArn }, { account }) => ({ Policy: describe(policyOf(cloud, account, PolicyArn!)) }),
  GetPolicyVersion({ PolicyArn, VersionId }, { account }) {
    const policy = policyOf(cloud, account, PolicyArn!);
    const version = versionsOf(policy).find(({ id }) => id === VersionId);
    if (version) {
      const Document = encodeURIComponent(version.document);
      return { PolicyVersion: { VersionId, Document, IsDefaultVersion: isDefault(policy, version) } };
    }
    const message = `Policy ${PolicyArn} version ${VersionId} does not exist or is not attachable.`;
    throw new sdk.NoSuchEntityException({ message, $metadata: {} });
  },
  ListPolicyVersions({ PolicyArn }, { account }) {
    const policy = policyOf(cloud, account, PolicyArn!);
    const Versions = versionsOf(policy).map((version) => ({
      VersionId: version.id,
      IsDefaultVersion: isDefault(policy, version),
      CreateDate: version.made,
    }));
    return { Versions: Versions.reverse(), IsTruncated: false };
  },
  CreatePolicyVersion({ PolicyArn, PolicyDocument = '', SetAsDefault }, { account }) {
    const policy = policyOf(cloud, account, PolicyArn!);
    const versions = versionsOf(policy);
    checkSize(PolicyDocument);
    if (versions.length >= maxVersions) {
      const message = `A managed policy can have up to ${maxVersions} versions. Before you create a new version, you must delete an existing version.`;
      throw new sdk.LimitExceededException({ message, $metadata: {} });
    }
    const next = Math.max(...versions.map(({ id }) => Number(id.slice(1)))) + 1;
    const version = { id: `v${next}`, document: PolicyDocument, made: cloud.clock.now() };
    const document = parsed(PolicyDocument);
    versions.push(version);
    if (SetAsDefault) Object.assign(policy.model, { PolicyDocument: document, DefaultVersionId: version.id });
    return { PolicyVersion: { VersionId: version.id, IsDefaultVersion: SetAsDefault, CreateDate: version.made } };
  },
  DeletePolicyVersion({ PolicyArn, VersionId }, { account }) {
    const policy = policyOf(cloud, account, PolicyArn!);
    const versions = versionsOf(policy);
    const at = versions.findIndex(({ id }) => id === VersionId);
    if (at >= 0 && isDefault(policy, versions[at]!)) {
      const message = 'Cannot delete the default version of a policy.';
      throw new sdk.DeleteConflictException({ message, $metadata: {} });
    }
    if (at >= 0) versions.splice(at, 1);
    return {};
  },
});

const isDefault = ({ model }: Resource, { id }: Version) => (model.DefaultVersionId ?? 'v1') === id;
