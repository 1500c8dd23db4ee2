import type { Environment, Resource } from '../../state';
import { AwsError } from '../../wire/service';

export const logGroupType = 'AWS::Logs::LogGroup';

export interface LogEvent {
  /** Milliseconds since 1970. */
  timestamp: number;
  ingestionTime: number;
  message: string;
  eventId: string;
}
export interface LogStream {
  name: string;
  created: number;
  events: LogEvent[];
}

const created = (env: Environment) => env.shelf<number>('log group creation times');

/** Streams of a group by name, with what was written to them. */
export function streamsOf(env: Environment, group: string): Map<string, LogStream> {
  return env.shelf<LogStream>(`log streams of ${group}`);
}
export function createdAt(env: Environment, group: string): number {
  const shelf = created(env);
  const found = shelf.get(group) ?? Date.now();
  shelf.set(group, found);
  return found;
}

/** The group of the name, or of the ARN with or without `:*`. */
export function logGroup(env: Environment, nameOrArn = ''): Resource {
  const name = nameOrArn.replace(/^arn:[^:]+:logs:[^:]+:\d+:log-group:/, '').replace(/:\*$/, '');
  const found = env.get(logGroupType, name);
  if (!found) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return found;
}

/** Makes a group as the API does: no template knows of it. */
export function makeLogGroup(env: Environment, name: string): void {
  const Arn = env.arn('logs', `log-group:${name}:*`);
  const properties = { LogGroupName: name };
  env.put({ type: logGroupType, id: name, seed: name, properties, model: { ...properties, Arn } });
  created(env).set(name, Date.now());
}

export function forgetLogGroup(env: Environment, name: string): void {
  streamsOf(env, name).clear();
  deleted(env, name).clear();
  created(env).delete(name);
}

export function logStream(env: Environment, group: string, name: string): LogStream {
  const streams = streamsOf(env, group);
  const found = streams.get(name) ?? { name, created: Date.now(), events: [] };
  streams.set(name, found);
  return found;
}

const deleted = (env: Environment, group: string) => env.shelf<true>(`deleted log streams of ${group}`);

/** Takes a stream away; who still writes to it is not heard, until somebody makes it anew. */
export function deleteLogStream(env: Environment, group: string, name: string): void {
  streamsOf(env, group).delete(name);
  deleted(env, group).set(name, true);
}

/** Adds one line, as a log driver does: it has made its stream at its start, and drops the line where that is gone. Throws ResourceNotFoundException where the group is missing. */
export function putLogLine(
  env: Environment,
  group: string,
  stream: string,
  message: string,
  timestamp = Date.now(),
): void {
  const { id } = logGroup(env, group);
  if (deleted(env, id).has(stream) && !streamsOf(env, id).has(stream)) return;
  const eventId = String(env.cloud.unique()).padStart(56, '3');
  logStream(env, id, stream).events.push({ timestamp, ingestionTime: Date.now(), message, eventId });
}
