import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** ARN of a role by its account and name: it need not exist yet. In the partition of the scope's stack. */
export const roleArn = (scope: Construct, account: string, resourceName: string): string =>
  Stack.of(scope).formatArn({ service: 'iam', region: '', account, resource: 'role', resourceName });
