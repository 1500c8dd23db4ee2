// Lambda: functions with inline code run in real processes of their VPC.
import * as sdk from '@aws-sdk/client-lambda';
import { demand, isTrusted, sessionOf } from '../../access/services';
import { HandlerError } from '../../cloudformation/handler-error';
import { environmentOf } from '../../identity';
import type { ServiceModule } from '../../module';
import type { Environment, Resource } from '../../state';
import { AwsError, service } from '../../wire/service';
import { codeSha256, functionType, invokeFunction, logGroupOf, retireWorkers } from './functions';

/** By name or ARN, with or without a qualifier. */
function functionOf(env: Environment, nameOrArn = ''): Resource {
  const name = nameOrArn.replace(/^arn:aws:lambda:[^:]+:\d+:function:/, '').replace(/:.*$/, '');
  const found = env.get(functionType, name);
  if (found) return found;
  const arn = env.arn('lambda', `function:${name}`);
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

function configuration(r: Resource) {
  const { model } = r;
  return {
    FunctionName: r.id,
    FunctionArn: model.Arn,
    Runtime: model.Runtime,
    Role: model.Role,
    Handler: model.Handler,
    CodeSize: String(model.Code?.ZipFile ?? '').length,
    Description: model.Description ?? '',
    Timeout: Number(model.Timeout ?? 3),
    MemorySize: Number(model.MemorySize ?? 128),
    CodeSha256: codeSha256(r),
    Version: '$LATEST',
    VpcConfig: model.VpcConfig && {
      SubnetIds: model.VpcConfig.SubnetIds,
      SecurityGroupIds: model.VpcConfig.SecurityGroupIds,
    },
    Environment: model.Environment,
    PackageType: 'Zip' as const,
    Architectures: model.Architectures ?? ['x86_64'],
    State: 'Active' as const,
    LastUpdateStatus: 'Successful' as const,
    LoggingConfig: { LogFormat: model.LoggingConfig?.LogFormat ?? 'Text', LogGroup: logGroupOf(r) },
  };
}

/** Lambda refuses a role that its service principal may not assume. */
function checkRole(resource: Resource, env: Environment): void {
  const roleArn = String(resource.model.Role);
  if (isTrusted(env.cloud, 'lambda.amazonaws.com', roleArn, resource.model.Arn)) return checkNetwork(resource, env);
  throw new HandlerError(
    'InvalidRequest',
    'The role defined for the function cannot be assumed by Lambda. (Service: Lambda, Status Code: 400)',
  );
}

/** Lambda makes a function's network interfaces in its role. Source: "Giving Lambda functions access to resources in an Amazon VPC". */
function checkNetwork({ id, model }: Resource, env: Environment): void {
  const subnets: string[] = model.VpcConfig?.SubnetIds ?? [];
  if (!subnets.length) return;
  const groups: string[] = model.VpcConfig.SecurityGroupIds ?? [];
  const kinds: [string, string[]][] = [
    ['network-interface', ['*']],
    ['subnet', subnets],
    ['security-group', groups],
  ];
  const made = kinds.flatMap(([kind, ids]) => ids.map((one) => env.arn('ec2', `${kind}/${one}`)));
  try {
    demand(env, sessionOf(model.Role, id), [
      ...made.map((resource) => ({ action: 'ec2:CreateNetworkInterface', resource })),
      ...['DescribeNetworkInterfaces', 'DescribeSubnets'].map((name) => ({ action: `ec2:${name}`, resource: '*' })),
    ]);
  } catch (error: any) {
    const lacking = 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2';
    throw new HandlerError('InvalidRequest', `${lacking} (Service: Lambda, Status Code: 400): ${error.message}`);
  }
}

export const lambda: ServiceModule = {
  resources: {
    [functionType]: {
      maxLength: 64,
      attributes: ({ model, arn }) => ({ Arn: arn('lambda', `function:${model.FunctionName}`) }),
      created: checkRole,
      async updated(resource, _before, env) {
        checkRole(resource, env);
        await retireWorkers(env, resource.id);
      },
      deleted: (resource, env) => retireWorkers(env, resource.id),
    },
  },
  api: (cloud) =>
    service(sdk)({
      Invoke: async (input, context) => {
        const env = environmentOf(cloud, context);
        const found = functionOf(env, input.FunctionName);
        if (!/^nodejs/.test(found.model.Runtime ?? '') || found.model.Code?.ZipFile === undefined)
          throw new AwsError(
            'InvalidRuntimeException',
            `The local cloud runs functions of Node.js with inline code only; ${found.id} is not one`,
            502,
          );
        if (input.InvocationType === 'DryRun') return { StatusCode: 204 };
        const payload = Buffer.from((input.Payload ?? []) as Uint8Array).toString('utf8') || '{}';
        try {
          JSON.parse(payload);
        } catch {
          throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
        }
        const running = invokeFunction(env, found, payload);
        if (input.InvocationType === 'Event') {
          running.catch((error) => cloud.log(`lambda ${found.id}: ${error.message}`));
          return { StatusCode: 202 };
        }
        const { payload: answer, failed, log } = await running;
        return {
          StatusCode: 200,
          ...(failed ? { FunctionError: 'Unhandled' } : {}),
          ...(input.LogType === 'Tail' ? { LogResult: Buffer.from(log).subarray(-4096).toString('base64') } : {}),
          ExecutedVersion: '$LATEST',
          Payload: Buffer.from(answer) as unknown as sdk.InvokeCommandOutput['Payload'],
        };
      },
      GetFunction: (input, context) => {
        const found = functionOf(environmentOf(cloud, context), input.FunctionName);
        const tags = Object.fromEntries((found.model.Tags ?? []).map((t: any) => [t.Key, t.Value]));
        return { Configuration: configuration(found), Code: { RepositoryType: 'S3' }, Tags: tags };
      },
      GetFunctionConfiguration: (input, context) =>
        configuration(functionOf(environmentOf(cloud, context), input.FunctionName)),
      ListFunctions: (_input, context) => ({
        Functions: environmentOf(cloud, context).list(functionType).map(configuration),
      }),
    }),
};
