// CloudWatch Logs: groups, streams, events, and finding them again.
import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { HandlerError } from '../../cloudformation/handler-error';
import type { ServiceModule } from '../../module';
import type { Environment, Resource, Values } from '../../state';
import { AwsError, service, type Context } from '../../wire/service';
import { compilePattern, type Matches } from './pattern';
import {
  createdAt,
  deleteLogStream,
  forgetLogGroup,
  logGroup,
  logGroupType,
  logStream,
  makeLogGroup,
  putLogLine,
  streamsOf,
} from './store';

export { makeLogGroup, putLogLine } from './store';

export const logs: ServiceModule = {
  resources: {
    [logGroupType]: {
      name: 'LogGroupName',
      attributes: ({ model, arn }) => ({ Arn: arn('logs', `log-group:${model.LogGroupName}:*`) }),
      created(resource, env) {
        checkKey(env, resource);
        createdAt(env, resource.id);
      },
      updated: (resource, _before, env) => checkKey(env, resource),
      deleted: (resource, env) => forgetLogGroup(env, resource.id),
    },
    'AWS::Logs::LogStream': {
      created: (resource, env) => void logStream(env, resource.model.LogGroupName, resource.model.LogStreamName),
    },
  },
  api: (cloud) => {
    const of = (context: Context) => cloud.environment(context.account, context.region);
    return service(sdk)({
      CreateLogGroup: (input, context) => {
        const env = of(context);
        if (env.get(logGroupType, input.logGroupName!)) throw exists('log group');
        makeLogGroup(env, input.logGroupName!);
        return {};
      },
      DeleteLogGroup: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupName);
        forgetLogGroup(env, group.id);
        env.remove(group);
        return {};
      },
      CreateLogStream: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupName);
        if (streamsOf(env, group.id).has(input.logStreamName!)) throw exists('log stream');
        logStream(env, group.id, input.logStreamName!);
        return {};
      },
      DeleteLogStream: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupName);
        if (!streamsOf(env, group.id).has(input.logStreamName!)) throw noStream();
        deleteLogStream(env, group.id, input.logStreamName!);
        return {};
      },
      PutLogEvents: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupName);
        if (!streamsOf(env, group.id).has(input.logStreamName!)) throw noStream();
        for (const e of input.logEvents ?? []) putLogLine(env, group.id, input.logStreamName!, e.message!, e.timestamp);
        return { nextSequenceToken: String(cloud.unique()) };
      },
      PutRetentionPolicy: (input, context) => {
        logGroup(of(context), input.logGroupName).model.RetentionInDays = input.retentionInDays;
        return {};
      },
      DescribeLogGroups: (input, context) => {
        const env = of(context);
        const { logGroupNamePrefix: prefix = '', logGroupNamePattern: part = '', logGroupIdentifiers: wanted } = input;
        const found = wanted
          ? wanted.map((identifier) => logGroup(env, identifier))
          : env
              .list(logGroupType)
              .filter((g) => g.id.startsWith(prefix) && g.id.toLowerCase().includes(part.toLowerCase()));
        const page = paged(found.sort(byId), input.limit ?? 50, input.nextToken);
        return { logGroups: page.items.map((g) => describeGroup(env, g)), nextToken: page.nextToken };
      },
      DescribeLogStreams: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupIdentifier ?? input.logGroupName);
        const found = [...streamsOf(env, group.id).values()]
          .filter((s) => s.name.startsWith(input.logStreamNamePrefix ?? ''))
          .map((s) => ({
            logStreamName: s.name,
            creationTime: s.created,
            firstEventTimestamp: s.events[0]?.timestamp,
            lastEventTimestamp: s.events.at(-1)?.timestamp,
            lastIngestionTime: s.events.at(-1)?.ingestionTime,
            arn: `${group.model.Arn.replace(/:\*$/, '')}:log-stream:${s.name}`,
            storedBytes: 0,
          }))
          .sort((a, b) => a.logStreamName.localeCompare(b.logStreamName));
        if (input.orderBy === 'LastEventTime')
          found.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
        if (input.descending) found.reverse();
        const page = paged(found, input.limit ?? 50, input.nextToken);
        return { logStreams: page.items, nextToken: page.nextToken };
      },
      GetLogEvents: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupIdentifier ?? input.logGroupName);
        const stream = streamsOf(env, group.id).get(input.logStreamName!);
        if (!stream) throw noStream();
        const { startTime = 0, endTime = Infinity, limit = 10_000, nextToken } = input;
        const all = stream.events.filter((e) => e.timestamp >= startTime && e.timestamp < endTime);
        // Tokens are f/<first event not seen> and b/<first event seen>; the end answers the token that it was asked with.
        const [direction, position] = nextToken?.split('/') ?? [];
        const last = Math.max(0, all.length - limit);
        const from =
          position === undefined
            ? input.startFromHead
              ? 0
              : last
            : direction === 'f'
              ? Number(position)
              : Math.max(0, Number(position) - limit);
        const to = direction === 'b' ? Number(position) : Math.min(all.length, from + limit);
        const events = all
          .slice(from, to)
          .map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime }));
        return { events, nextForwardToken: `f/${to}`, nextBackwardToken: `b/${from}` };
      },
      FilterLogEvents: (input, context) => {
        const env = of(context);
        const group = logGroup(env, input.logGroupIdentifier ?? input.logGroupName);
        let matches: Matches;
        try {
          matches = compilePattern(input.filterPattern);
        } catch (error: any) {
          throw new AwsError('InvalidParameterException', error.message);
        }
        const { startTime = 0, endTime = Infinity, logStreamNames: names, logStreamNamePrefix: prefix = '' } = input;
        const found = [...streamsOf(env, group.id).values()]
          .filter((s) => (!names || names.includes(s.name)) && s.name.startsWith(prefix))
          .flatMap((s) => s.events.map((e) => ({ logStreamName: s.name, ...e })))
          .filter((e) => e.timestamp >= startTime && e.timestamp <= endTime && matches(e.message))
          .sort((a, b) => a.timestamp - b.timestamp);
        const page = paged(found, input.limit ?? 10_000, input.nextToken);
        return { events: page.items, nextToken: page.nextToken, searchedLogStreams: [] };
      },
      ListTagsForResource: (input, context) => ({ tags: tagsOf(logGroup(of(context), input.resourceArn)) }),
      ListTagsLogGroup: (input, context) => ({ tags: tagsOf(logGroup(of(context), input.logGroupName)) }),
      DescribeSubscriptionFilters: (input, context) => {
        logGroup(of(context), input.logGroupName);
        return { subscriptionFilters: [] };
      },
    });
  },
};

const exists = (what: string) => new AwsError('ResourceAlreadyExistsException', `The specified ${what} already exists`);
const noStream = () => new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
const byId = (a: Resource, b: Resource) => a.id.localeCompare(b.id);
const tagsOf = (group: Resource): Record<string, string> =>
  Object.fromEntries((group.model.Tags ?? []).map((t: Values) => [t.Key, t.Value]));

function paged<T>(items: T[], limit: number, token?: string): { items: T[]; nextToken?: string } {
  const from = Number(token ?? 0);
  const to = from + limit;
  return { items: items.slice(from, to), ...(to < items.length ? { nextToken: String(to) } : {}) };
}

function describeGroup(env: Environment, { id, model }: Resource) {
  const bytes = [...streamsOf(env, id).values()].flatMap((s) => s.events).reduce((sum, e) => sum + e.message.length, 0);
  return {
    logGroupName: id,
    creationTime: createdAt(env, id),
    retentionInDays: model.RetentionInDays === undefined ? undefined : Number(model.RetentionInDays),
    metricFilterCount: 0,
    arn: model.Arn,
    logGroupArn: model.Arn.replace(/:\*$/, ''),
    storedBytes: bytes,
    kmsKeyId: model.KmsKeyId,
    logGroupClass: model.LogGroupClass ?? 'STANDARD',
  };
}

/** CloudWatch Logs uses a key only if the key's policy lets the service principal of its region. */
function checkKey(env: Environment, { id, model }: Resource): void {
  if (!model.KmsKeyId) return;
  const key = env.get('AWS::KMS::Key', String(model.KmsKeyId).split('/').pop()!);
  const statements: Values[] = key?.model.KeyPolicy?.Statement ?? [];
  const allowed = [statements]
    .flat()
    .some((s) => s.Effect === 'Allow' && [s.Principal?.Service ?? []].flat().some((p: string) => /^logs\./.test(p)));
  if (allowed) return;
  const arn = env.arn('logs', `log-group:${id}`);
  throw new HandlerError(
    'InvalidRequest',
    `The specified KMS key does not exist or is not allowed to be used with Arn '${arn}' (Service: CloudWatchLogs, Status Code: 400)`,
  );
}
