import * as sdk from '@aws-sdk/client-sns';
import { randomUUID } from 'node:crypto';
import { environmentOf } from '../identity';
import type { ServiceModule } from '../module';
import type { Environment, Resource } from '../state';
import { service } from '../wire/service';

const TOPIC = 'AWS::SNS::Topic';
const SUBSCRIPTION = 'AWS::SNS::Subscription';

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
      ListTopics: (_input, context) => ({
        Topics: environmentOf(cloud, context)
          .list(TOPIC)
          .map(({ id }) => ({ TopicArn: id })),
      }),
      Publish({ TopicArn, TargetArn, Subject, Message }, context) {
        const env = environmentOf(cloud, context);
        const topic = topicOf(env, TopicArn ?? TargetArn);
        const MessageId = randomUUID();
        const message = { topicArn: topic.id, subject: Subject, message: Message!, time: cloud.clock.now() };
        publishedMessages(env).set(MessageId, message);
        return { MessageId };
      },
    }),
  resources: {
    [TOPIC]: { attributes: (making) => ({ TopicArn: making.arn('sns', making.model.TopicName) }) },
    [SUBSCRIPTION]: { attributes: (making) => ({ Arn: `${making.properties.TopicArn}:${making.hex(8)}` }) },
  },
};
