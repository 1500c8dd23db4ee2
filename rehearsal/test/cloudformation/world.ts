import { plan } from '../../cloud/cloudformation/plan';
import { bindParameters } from '../../cloud/cloudformation/parameters';
import { registerResourceTypes } from '../../cloud/cloudformation/resource-types';
import { loadSpecification } from '../../cloud/cloudformation/spec';
import { Stack, type Desired } from '../../cloud/cloudformation/stack';
import { parseTemplate } from '../../cloud/cloudformation/template';
import { checkTemplate } from '../../cloud/cloudformation/template-checks';
import type { ResourceType } from '../../cloud/module';
import { Clock } from '../../cloud/runtime/clock';
import { iam } from '../../cloud/services/iam';
import { s3 } from '../../cloud/services/s3';
import { sns } from '../../cloud/services/sns';
import { ssm } from '../../cloud/services/ssm';
import { Cloud, type Environment } from '../../cloud/state';

/** An empty account and region, without an endpoint. `types` are put over those of a few modules. */
export async function world(types: Record<string, ResourceType> = {}) {
  await loadSpecification();
  const cloud = new Cloud('/nowhere', new Clock(600));
  registerResourceTypes(cloud, [iam, s3, sns, ssm, { resources: types }]);
  const env: Environment = cloud.environment('123456789012', 'eu-west-1');
  const desired = (
    template: string | object,
    parameters: Record<string, string> = {},
    tags: Desired['tags'] = [],
  ): Desired => {
    const body = typeof template === 'string' ? template : JSON.stringify(template);
    const parsed = parseTemplate(body);
    checkTemplate(parsed, cloud);
    const given = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    return { body, template: parsed, parameters: bindParameters(parsed, given, {}, env), tags, capabilities: [] };
  };
  return { cloud, env, desired, stack: (name: string) => new Stack(name, env) };
}

/** Status and logical id of a stack's events, oldest first. */
export const told = (stack: Stack, from = 0) =>
  stack.events.slice(from).map((event) => `${event.ResourceStatus} ${event.LogicalResourceId}`);

/** Action, logical id and replacement of what an update would do. */
export const planned = (stack: Stack, desired: Desired) =>
  plan(stack, desired).map(({ ResourceChange: c }) =>
    `${c!.Action} ${c!.LogicalResourceId} ${c!.Replacement ?? ''}`.trim(),
  );

export const topic = (TopicName?: string, more: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { TopicName, ...more },
});
