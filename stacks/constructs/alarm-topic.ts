import { Arn, ArnFormat, aws_iam as iam, type aws_kms as kms, aws_sns as sns, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Topic that this account's alarms tell. People subscribe to it by hand: who is on duty is no part of a commit. */
export class AlarmTopic extends sns.Topic {
  constructor(scope: Construct, id: string, props: { topicName: string; masterKey: kms.IKey }) {
    super(scope, id, { ...props, enforceSSL: true });
    const stack = Stack.of(this);
    // A topic with a policy has lost the default one, which let the account's own alarms publish.
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: {
            'aws:SourceArn': Arn.format(
              { service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
              stack,
            ),
          },
        },
      }),
    );
  }
}
