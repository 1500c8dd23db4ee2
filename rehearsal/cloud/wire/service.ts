import type { CommandImpl } from '@smithy/core/client';
import { rpcCbor } from './cbor';
import { awsJson } from './json';
import { awsQuery, ec2Query } from './query';
import { restJson } from './rest-json';
import { restXml } from './rest-xml';
import type { OperationSchema, StructSchema } from './schema';
import type { Wire } from './wire';

export { AwsError } from './aws-error';

/** Who calls what. */
export interface Context {
  account: string;
  region: string;
  accessKeyId: string;
  /** The user, or the session of an assumed role. */
  principalArn: string;
  operation: string;
  requestId: string;
}

/** Handlers of one service, typed by its SDK module M: { DescribeServices: (input, context) => output }. */
export type Handlers<M> = {
  [
    K in keyof M & `${string}Command` as K extends `${infer Operation}Command` ? Operation : never
  ]?: M[K] extends abstract new (
    ...args: any
  ) => CommandImpl<infer I extends object, infer O extends object, any, any, any>
    ? (input: I, context: Context) => Promise<Omit<O, '$metadata'>> | Omit<O, '$metadata'>
    : never;
};

/** A service as the server needs it. */
export interface Service {
  /** As IAM's actions and the signature's scope name it: ecs, elasticloadbalancing, monitoring. */
  name: string;
  wire: Wire;
  namespace: string;
  xmlNamespace: string;
  version?: string;
  /** First part of the x-amz-target header. */
  target?: string;
  operations: Map<string, OperationSchema>;
  errors: Map<string, StructSchema>;
  handlers: Record<string, (input: any, context: Context) => any>;
}

/** Wire formats by the names that the SDK's clients give them. */
export const wires: Record<string, Wire> = {
  'aws.protocols#awsJson1_0': awsJson('1.0'),
  'aws.protocols#awsJson1_1': awsJson('1.1'),
  'aws.protocols#awsQuery': awsQuery,
  'aws.protocols#ec2Query': ec2Query,
  'aws.protocols#restJson1': restJson,
  'aws.protocols#restXml': restXml,
  'smithy.protocols#rpcv2Cbor': rpcCbor,
};

const OPERATION = 9;
const ERROR = -3;

/**
 * A service from its SDK module and handlers: `service(ecs)({ DescribeServices: ... })`. Two calls, because TypeScript does not
 * type callbacks through a mapped type that it is still inferring. Throws for a handler of an operation that does not exist.
 */
export const service =
  <M extends object>(sdk: M) =>
  (handlers: Handlers<M>): Service => {
    const exported = Object.entries(sdk) as [string, any][];
    const Client = exported.find(([name, x]) => /^[A-Z]\w*Client$/.test(name) && typeof x === 'function')![1];
    const { config } = new Client({ region: 'us-east-1', credentials: { accessKeyId: '-', secretAccessKey: '-' } });
    const settings = config.protocolSettings;
    const wire = wires[config.protocol.getShapeId()];
    if (!wire)
      throw new Error(
        `${Client.name}: no wire format for ${config.protocol.getShapeId()}; add one in rehearsal/cloud/wire`,
      );
    const schemas = (kind: number): [string, any][] =>
      exported.filter(([, x]) => Array.isArray(x) && x[0] === kind).map(([, x]) => [x[2], x]);
    const operations = new Map<string, OperationSchema>(schemas(OPERATION));
    for (const name of Object.keys(handlers)) {
      if (!operations.has(name)) throw new Error(`${Client.name} has no operation ${name}`);
    }
    return {
      name: config.defaultSigningName,
      wire,
      namespace: settings.defaultNamespace,
      xmlNamespace: settings.xmlNamespace,
      version: settings.version,
      target: settings.serviceTarget,
      operations,
      errors: new Map<string, StructSchema>(schemas(ERROR)),
      handlers: handlers as Service['handlers'],
    };
  };
