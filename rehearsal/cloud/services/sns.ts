import * as sdk from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { environmentOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Environment, Resource, Values } from '../state';
import { service } from '../wire/service';
import { findKey } from './kms';

const TOPIC = 'AWS::SNS::Topic';
const SUBSCRIPTION = 'AWS::SNS::Subscription';

const TOPIC_POLICY = 'AWS::SNS::TopicPolicy';

/** A message that was published, for tests and reports: nobody receives it. */
export interface PublishedMessage {
  topicArn: string;
  subject?: string;
  message: string;
  time: Date;
}

/** Messages published in an account and region, by message id. */
export const publishedMessages = (env: Environment) => env.shelf<PublishedMessage>('sns messages');

function topicOf(env: Environment, arn: string | undefined): Resource {
  const found = arn && env.get(TOPIC, arn);
  if (found) return found;
  throw new sdk.NotFoundException({ message: 'Topic does not exist', $metadata: {} });
}

function subscriptionsOf(env: Environment, topic: Resource): sdk.Subscription[] {
  const separate = env.list(SUBSCRIPTION).filter(({ model }) => model.TopicArn === topic.id);
  const inline = (topic.properties.Subscription ?? []) as { Protocol: string; Endpoint: string }[];
  const common = { TopicArn: topic.id, Owner: env.account };
  return [
    ...separate.map(({ id, model }) => ({
      ...common,
      SubscriptionArn: id,
      Protocol: model.Protocol,
      Endpoint: model.Endpoint,
    })),
    ...inline.map(({ Protocol, Endpoint }) => ({
      ...common,
      SubscriptionArn: 'PendingConfirmation',
      Protocol,
      Endpoint,
    })),
  ];
}

/** Does a resource's policy let a service do all of these? Conditions are not looked at. */
function admits(statements: Values[], principal: string, actions: string[]): boolean {
  const covers = (s: Values, action: string) =>
    [s.Action ?? []].flat().some((pattern: string) => {
      const [front = ''] = pattern.toLowerCase().split('*');
      return pattern.includes('*')
        ? action.toLowerCase().startsWith(front)
        : pattern.toLowerCase() === action.toLowerCase();
    });
  const names = (s: Values) => [s.Principal?.Service ?? []].flat().includes(principal);
  return actions.every((action) => statements.some((s) => s.Effect === 'Allow' && names(s) && covers(s, action)));
}

/** Throws what keeps a service from publishing to a topic: the topic's own policy, or that of the key that encrypts it. */
function checkPublisher(env: Environment, topic: Resource, principal: string): void {
  const policies = env.list(TOPIC_POLICY).filter(({ model }) => (model.Topics ?? []).includes(topic.id));
  const statements: Values[] = policies.flatMap(({ model }) => model.PolicyDocument?.Statement ?? []);
  // A topic without a policy of its own lets its account's services publish.
  if (policies.length && !admits(statements, principal, ['sns:Publish']))
    throw new Error(`${principal} is not authorized to perform: SNS:Publish on resource: ${topic.id}`);
  const name: string | undefined = topic.properties.KmsMasterKeyId;
  if (!name) return;
  const key = findKey(env, name);
  if (!admits([key?.KeyPolicy?.Statement ?? []].flat(), principal, ['kms:Decrypt', 'kms:GenerateDataKey']))
    throw new Error('null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)');
}

/** Remembers a message that a service of AWS publishes. Throws where it may not. */
export function publish(
  env: Environment,
  topicArn: string,
  { subject, message, by }: { subject?: string; message: string; by?: string },
): string {
  const topic = topicOf(env, topicArn);
  if (by) checkPublisher(env, topic, by);
  const id = randomUUID();
  publishedMessages(env).set(id, { topicArn: topic.id, subject, message, time: env.cloud.clock.now() });
  return id;
}

/** The topic's policy: its own, or the one that a topic is made with. */
function policyOf(env: Environment, topic: Resource): Values {
  const own = env.list(TOPIC_POLICY).find(({ model }) => (model.Topics ?? []).includes(topic.id));
  if (own) return own.model.PolicyDocument;
  const owner = { Sid: '__default_statement_ID', Effect: 'Allow', Principal: { AWS: '*' }, Resource: topic.id };
  const Condition = { StringEquals: { 'AWS:SourceOwner': env.account } };
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [{ ...owner, Action: ['SNS:Publish'], Condition }],
  };
}

/** SNS: topics and subscriptions can be looked at; messages are remembered. */
export const sns: ServiceModule = {
  api: (cloud) =>
    service(sdk)({
      GetTopicAttributes({ TopicArn }, context) {
        const env = environmentOf(cloud, context);
        const topic = topicOf(env, TopicArn);
        const { DisplayName = '', KmsMasterKeyId } = topic.properties;
        return {
          Attributes: {
            TopicArn: topic.id,
            Owner: env.account,
            DisplayName,
            Policy: JSON.stringify(policyOf(env, topic)),
            SubscriptionsConfirmed: String(subscriptionsOf(env, topic).length),
            SubscriptionsPending: '0',
            SubscriptionsDeleted: '0',
            ...(KmsMasterKeyId ? { KmsMasterKeyId } : {}),
          },
        };
      },
      ListSubscriptionsByTopic({ TopicArn }, context) {
        const env = environmentOf(cloud, context);
        return { Subscriptions: subscriptionsOf(env, topicOf(env, TopicArn)) };
      },
      ListTagsForResource({ ResourceArn }, context) {
        return { Tags: topicOf(environmentOf(cloud, context), ResourceArn).model.Tags ?? [] };
      },
      ListTopics: (_input, context) => ({
        Topics: environmentOf(cloud, context)
          .list(TOPIC)
          .map(({ id }) => ({ TopicArn: id })),
      }),
      Publish({ TopicArn, TargetArn, Subject, Message }, context) {
        const env = environmentOf(cloud, context);
        const MessageId = publish(env, TopicArn ?? TargetArn ?? '', { subject: Subject, message: Message! });
        return { MessageId };
      },
    }),
  resources: {
    [TOPIC]: { attributes: (making) => ({ TopicArn: making.arn('sns', making.model.TopicName) }) },
    [SUBSCRIPTION]: { attributes: (making) => ({ Arn: `${making.properties.TopicArn}:${making.hex(8)}` }) },
  },
};
