import { aws_iam as iam } from 'aws-cdk-lib';

/** One statement, or none where the system has nothing that the actions could be done to. */
export const allow = (actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement[] =>
  resources.length ? [new iam.PolicyStatement({ actions, resources, conditions })] : [];

/** Actions of one service: 'logs' and 'GetLogEvents' make 'logs:GetLogEvents'. */
export const named = (service: string, actions: string[], separator = ':'): string[] =>
  actions.map((action) => `${service}${separator}${action}`);
