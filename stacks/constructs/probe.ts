import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Arn,
  type aws_ec2 as ec2,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  Stack,
  Tags,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface ProbeProps {
  readonly name: string;
  readonly roleName: string;
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  readonly logGroup: logs.ILogGroup;
}

/**
 * Function that sends HTTP requests from within the VPC: the test listener admits nobody else, and CodeBuild has no stable
 * address. Its code is part of the template, so that there is no asset to publish.
 */
export class Probe extends Construct {
  readonly function: lambda.CfnFunction;

  constructor(scope: Construct, id: string, { name, roleName, vpc, securityGroup, logGroup }: ProbeProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      roleName,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Log: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
        Network: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              // The last two are for addresses of an interface that functions share. Source: AWS, "Giving Lambda functions access to resources in an Amazon VPC".
              actions: [
                'ec2:CreateNetworkInterface',
                'ec2:DeleteNetworkInterface',
                'ec2:AssignPrivateIpAddresses',
                'ec2:UnassignPrivateIpAddresses',
              ],
              resources: ['network-interface', 'subnet', 'security-group'].map((resource) =>
                Arn.format({ service: 'ec2', resource, resourceName: '*' }, stack),
              ),
            }),
            // Describing network interfaces takes no resource. Source: AWS, "Actions, resources, and condition keys for Amazon EC2".
            new iam.PolicyStatement({
              actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
    this.function = new lambda.CfnFunction(this, 'Function', {
      functionName: name,
      description: 'Sends HTTP requests from within the VPC for the live checks',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      code: { zipFile: readFileSync(join(__dirname, 'probe-code.js'), 'utf8') },
      role: role.roleArn,
      timeout: 30,
      memorySize: 256,
      loggingConfig: { logGroup: logGroup.logGroupName },
      vpcConfig: {
        subnetIds: vpc.privateSubnets.map((s) => s.subnetId),
        securityGroupIds: [securityGroup.securityGroupId],
      },
    });
    Tags.of(this.function).add('Name', name);
  }
}
