// Which actions on which resources each call needs. Source of all rules: AWS, Service Authorization Reference.
import type { Environment } from '../../state';
import type { Asked } from '../authorize';
import { codeBuild, codePipeline } from './builds';
import { cloudformation } from './cloudformation';
import { codeDeploy } from './codedeploy';
import { acm, cloudwatch, iam, kms, lambda, rds, sns, ssm, sts } from './data';
import { ecr } from './ecr';
import { ecs } from './ecs';
import { logs } from './logs';
import { applicationAutoScaling, ec2, elasticLoadBalancingV2, route53, serviceDiscovery } from './network';
import type { Need } from './rules';
import { s3 } from './s3';
import { secretsManager } from './secrets-manager';

type AnyRule = (input: any, env: Environment) => Need | Need[];

/** By the name in the signature's scope. An operation without a rule takes no resource, and its action has its name. */
export const rules: Record<string, Record<string, AnyRule | undefined>> = {
  acm,
  'application-autoscaling': applicationAutoScaling,
  cloudformation,
  codebuild: codeBuild,
  codedeploy: codeDeploy,
  codepipeline: codePipeline,
  ec2,
  ecr,
  ecs,
  elasticloadbalancing: elasticLoadBalancingV2,
  iam,
  kms,
  lambda,
  logs,
  monitoring: cloudwatch,
  rds,
  route53,
  s3,
  secretsmanager: secretsManager,
  servicediscovery: serviceDiscovery,
  sns,
  ssm,
  sts,
};

/** IAM's name of a service, where its signature has another. */
export const actionPrefix = (service: string) => (service === 'monitoring' ? 'cloudwatch' : service);

/** What a call needs. `env` is the caller's account in the call's region. */
export function needsOf(service: string, operation: string, input: object, env: Environment): Asked[] {
  const own = `${actionPrefix(service)}:${operation}`;
  const needs = rules[service]?.[operation]?.(input, env) ?? '*';
  return [needs]
    .flat()
    .map((need) => ({ action: own, region: env.region, ...(typeof need === 'string' ? { resource: need } : need) }));
}
