import { context } from '../cdk.json';

/** The CLI's context, without what takes most of the time of a synthesis: the rule engine, and a stack trace of every construct. */
export const quickContext: Record<string, unknown> = {
  ...context,
  '@aws-cdk/core:validateAgainstDefaultRules': false,
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
};
