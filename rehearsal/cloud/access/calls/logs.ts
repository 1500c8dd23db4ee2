import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import type { Environment } from '../../state';
import type { Rules } from './rules';

/** A group by name or ARN, or one of its streams. CloudWatch Logs asks for a group as for its stream without a name. */
export const logStreamArn = (env: Environment, group = '', stream = '') =>
  env.arn('logs', `log-group:${group.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '')}:log-stream:${stream}`);

interface Input {
  logGroupName?: string;
  logGroupIdentifier?: string;
}
const group = ({ logGroupName, logGroupIdentifier }: Input, env: Environment) =>
  logStreamArn(env, logGroupIdentifier ?? logGroupName);

export const logs: Rules<typeof sdk> = {
  CreateLogGroup: group,
  DeleteLogGroup: group,
  CreateLogStream: (input, env) => logStreamArn(env, input.logGroupName, input.logStreamName),
  PutLogEvents: (input, env) => logStreamArn(env, input.logGroupName, input.logStreamName),
  PutRetentionPolicy: group,
  DescribeLogGroups: (_input, env) => logStreamArn(env),
  DescribeLogStreams: group,
  GetLogEvents: (input, env) => logStreamArn(env, input.logGroupIdentifier ?? input.logGroupName, input.logStreamName),
  FilterLogEvents: group,
  ListTagsForResource: ({ resourceArn }) => resourceArn!,
  ListTagsLogGroup: group,
  DescribeSubscriptionFilters: group,
};
