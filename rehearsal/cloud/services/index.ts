import type { ServiceModule } from '../module';
import { acm } from './acm';
import { applicationAutoScaling } from './application-auto-scaling';
import { cloudformation } from './cloudformation';
import { cloudwatch } from './cloudwatch';
import { codebuild } from './codebuild';
import { codeDeploy } from './codedeploy';
import { codepipeline } from './codepipeline';
import { ec2 } from './ec2';
import { ecr } from './ecr';
import { ecs } from './ecs';
import { elasticLoadBalancingV2 } from './elastic-load-balancing-v2';
import { iam } from './iam';
import { kms } from './kms';
import { lambda } from './lambda';
import { logs } from './logs';
import { rds } from './rds';
import { route53 } from './route-53';
import { s3 } from './s3';
import { secretsManager } from './secrets-manager';
import { serviceDiscovery } from './service-discovery';
import { sns } from './sns';
import { ssm } from './ssm';
import { sts } from './sts';

/** Every service of the local cloud. */
export const modules: ServiceModule[] = [
  // One a line, by name.
  acm,
  applicationAutoScaling,
  cloudformation,
  cloudwatch,
  codebuild,
  codeDeploy,
  codepipeline,
  ec2,
  ecr,
  ecs,
  elasticLoadBalancingV2,
  iam,
  kms,
  lambda,
  logs,
  rds,
  route53,
  s3,
  secretsManager,
  serviceDiscovery,
  sns,
  ssm,
  sts,
];
