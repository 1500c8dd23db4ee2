import type { CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import type { Environment } from '../state';
import { mayReadParameter } from './authorization';
import { checkCapabilities } from './capabilities';
import { validationError } from './errors';
import { bindParameters } from './parameters';
import type { Desired, Stack } from './stack';
import { parseTemplate, type Template } from './template';
import { checkTemplate } from './template-checks';

export type Submission = Pick<
  CreateChangeSetInput,
  'TemplateBody' | 'TemplateURL' | 'UsePreviousTemplate' | 'Parameters' | 'Tags' | 'Capabilities' | 'RoleARN'
>;

/** What a request asks a stack to become. Throws what CloudFormation would refuse at once. */
export function desiredState(env: Environment, input: Submission, stack?: Stack): Desired {
  const body = input.UsePreviousTemplate
    ? stack?.current?.body
    : (input.TemplateBody ?? fetchTemplate(env, input.TemplateURL));
  if (body === undefined) throw validationError('Either Template URL or Template Body must be specified.');
  const template = parseTemplate(body);
  checkTemplate(template, env.cloud);
  checkCapabilities(template, input.Capabilities ?? [], env.cloud);
  const roleArn = input.RoleARN ?? stack?.roleArn;
  checkReadable(template, roleArn, env);
  return {
    body,
    template,
    parameters: bindParameters(template, input.Parameters ?? [], stack?.current?.parameters.given ?? {}, env),
    tags: input.Tags ?? stack?.current?.tags ?? [],
    capabilities: input.Capabilities ?? [],
    roleArn,
  };
}

/** Parameters of Systems Manager are read with the stack's role. */
function checkReadable({ Parameters = {} }: Template, roleArn: string | undefined, env: Environment): void {
  for (const { Type, Default } of Object.values(Parameters)) {
    if (!Type.startsWith('AWS::SSM::Parameter::Value') || Default === undefined) continue;
    if (mayReadParameter(env, roleArn, Default)) continue;
    throw validationError("AccessDenied. User doesn't have permission to call ssm:GetParameters");
  }
}

/** A template in S3, by either form of its URL: path-style, or with the bucket in the host name. */
export function fetchTemplate(env: Environment, url?: string): string | undefined {
  if (!url) return undefined;
  const { pathname, hostname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const bucketInHost = /^(.+)\.s3[.-]/.exec(hostname)?.[1];
  const bucket = bucketInHost ?? path.slice(0, path.indexOf('/'));
  const key = bucketInHost ? path : path.slice(path.indexOf('/') + 1);
  const object = env.cloud.objects.get(bucket)?.get(key);
  if (object) return object.body.toString('utf8');
  throw validationError(`S3 error: The specified key does not exist. Bucket ${bucket}, key ${key}.`);
}
