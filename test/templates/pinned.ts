import { guardedTypes } from '../../pipeline/programs/guarded-types';
import type { Deployed } from './deployed';

/** Types whose replacement loses data or interrupts traffic: what the change guard guards, and what makes a delivery start anew. */
export const pinnedTypes: readonly string[] = [
  ...Object.keys(guardedTypes),
  'AWS::CodePipeline::Pipeline',
  'AWS::KMS::Alias',
  'AWS::RDS::DBClusterParameterGroup',
  'AWS::SSM::Parameter',
];

/** Properties that name a resource, where its type has one. */
const nameProperties = [
  'Name',
  'AliasName',
  'ApplicationName',
  'ClusterName',
  'DBClusterIdentifier',
  'DBInstanceIdentifier',
  'DeploymentGroupName',
  'GroupName',
  'LogGroupName',
  'RepositoryName',
  'ServiceName',
  'TopicName',
];
/** These say by such a property what they belong to, or what they are an endpoint of. */
const namedByOther: Record<string, string> = {
  'AWS::CodeDeploy::DeploymentGroup': 'ApplicationName',
  'AWS::EC2::VPCEndpoint': 'ServiceName',
  'AWS::RDS::DBInstance': 'DBClusterIdentifier',
};

/** Name by logical id, by type; '' for a name that AWS makes. */
export type Pinned = Record<string, Record<string, string>>;

/** The resources of a template that must stay what they are. */
export function pinnedIn({ template }: Pick<Deployed, 'template'>): Pinned {
  const pinned: Pinned = {};
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (!pinnedTypes.includes(Type)) continue;
    const names = nameProperties
      .filter((property) => property !== namedByOther[Type])
      .map((property): unknown => (Properties ?? {})[property])
      .filter((name) => typeof name === 'string');
    (pinned[Type] ??= {})[id] = (names[0] as string | undefined) ?? '';
  }
  return pinned;
}
