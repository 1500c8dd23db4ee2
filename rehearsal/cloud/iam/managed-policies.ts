// AWS-managed policies as data. Source: AWS's own documents, as moto 5.2.5 (Apache-2.0) collects them, fetched on 2026-11-26.
import type { PolicyDocument } from './policy';

interface ManagedPolicy {
  /** AWS's version of it, and when that was made. */
  version: string;
  updated: string;
  document: PolicyDocument;
}

const allow = (actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

/** What ReadOnlyAccess allows, for the services that the local cloud has; AWS's has hundreds more. */
const readOnly: Record<string, string> = {
  acm: 'Describe* Get* List* SearchCertificates',
  'application-autoscaling': 'Describe* GetPredictiveScalingForecast ListTagsForResource',
  cloudformation: 'BatchDescribeTypeConfigurations Describe* Detect* Estimate* Get* List* ValidateTemplate',
  cloudwatch: 'Describe* GenerateQuery GenerateQueryResultsSummary Get* List*',
  codebuild: 'BatchGet* DescribeCodeCoverages DescribeTestCases List*',
  codedeploy: 'BatchGet* Get* List*',
  codepipeline: 'Get* List*',
  ec2: 'Describe* DescribeInstanceImageMetadata Get* ListImagesInRecycleBin ListSnapshotsInRecycleBin ListVolumesInRecycleBin SearchLocalGatewayRoutes SearchTransitGatewayMulticastGroups SearchTransitGatewayRoutes',
  ecr: 'BatchCheck* BatchGet* Describe* Get* List*',
  ecs: 'Describe* GetTaskProtection List*',
  elasticloadbalancing: 'Describe*',
  iam: 'Generate* Get* List* Simulate*',
  kms: 'Describe* Get* List*',
  lambda: 'Get* List*',
  logs: 'Describe* FilterLogEvents Get* ListAggregateLogGroupSummaries ListAnomalies ListEntitiesForLogGroup ListIntegrations ListLogAnomalyDetectors ListLogDeliveries ListLogGroupsForEntity ListLogGroupsForQuery ListScheduledQueries ListSourcesForS3TableIntegration ListTagsForResource ListTagsLogGroup StartLiveTail StartQuery StopLiveTail StopQuery TestMetricFilter',
  rds: 'Describe* Download* List*',
  route53: 'Get* List* Test*',
  s3: 'DescribeJob Get* List*',
  secretsmanager: 'Describe* GetResourcePolicy List*',
  servicediscovery: 'DiscoverInstances DiscoverInstancesRevision Get* List*',
  sns: 'Check* Get* List*',
  ssm: 'Describe* Get* List*',
  sts: 'GetAccessKeyInfo GetCallerIdentity GetSessionToken',
};

/** By ARN: those that cdk bootstrap attaches. No stack here attaches any. */
export const managedPolicies: Record<string, ManagedPolicy> = {
  'arn:aws:iam::aws:policy/AdministratorAccess': { version: 'v1', updated: '2015-02-06', document: allow(['*']) },
  'arn:aws:iam::aws:policy/ReadOnlyAccess': {
    version: 'v190',
    updated: '2026-09-24',
    document: allow(
      Object.entries(readOnly).flatMap(([service, actions]) =>
        actions.split(' ').map((action) => `${service}:${action}`),
      ),
    ),
  },
  'arn:aws:iam::aws:policy/AWSCloudFormationReadOnlyAccess': {
    version: 'v7',
    updated: '2026-02-12',
    document: allow(
      ['Describe*', 'BatchDescribe*', 'EstimateTemplateCost', 'Get*', 'List*', 'ValidateTemplate', 'Detect*'].map(
        (action) => `cloudformation:${action}`,
      ),
    ),
  },
};
