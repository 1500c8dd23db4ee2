import { JsonCodec2 } from '@aws-sdk/core/protocols';
import { codecSettings, schemaOf } from './schema';
import type { Failure, Wire } from './wire';

const codec = new JsonCodec2({ ...codecSettings('epochSeconds'), jsonName: false });

/** Error type as AWS's JSON formats tell it in the body. */
export const errorType = ({ schema, code }: Failure) => (schema ? `${schema[1]}#${schema[2]}` : code);

/** Tells the code of the older query format beside the error type: SDKs of services that moved to JSON read it. */
export const queryError = ({ code, fault }: Failure) => `${code};${fault === 'client' ? 'Sender' : 'Receiver'}`;

/** awsJson 1.0 and 1.1: ECS, CodeDeploy, SSM, ECR, KMS, CloudWatch and most newer services. */
export function awsJson(version: '1.0' | '1.1'): Wire {
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  return {
    input: (operation, { body }) => (body.length ? codec.createDeserializer().read(operation[4], body as any) : {}),
    output(operation, value) {
      if (schemaOf(operation[5]).isUnitSchema()) return { headers, body: '' };
      const serializer = codec.createSerializer();
      serializer.write(operation[5], value);
      return { headers, body: serializer.flush() };
    },
    failure: (f) => ({
      status: f.status,
      headers: { ...headers, 'x-amzn-errortype': f.schema?.[2] ?? f.code, 'x-amzn-query-error': queryError(f) },
      body: JSON.stringify({ ...f.value, __type: errorType(f), message: f.message }),
    }),
  };
}
