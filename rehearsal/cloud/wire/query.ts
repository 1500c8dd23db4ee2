import { readForm } from './form';
import { membersOf, schemaOf, structure, type OperationSchema, type Shape } from './schema';
import type { Failure, Reply, Settings, Wire } from './wire';
import { xmlDocument } from './xml';

const headers = { 'content-type': 'text/xml' };
const STRING = 0;

const input =
  (ec2: boolean): Wire['input'] =>
  (operation, { method, query, body }) =>
    readForm(schemaOf(operation[4]), method === 'GET' ? query : new URLSearchParams(body.toString('utf8')), ec2);

/** What both formats tell of an error, as schema and value of an <Error> element. */
function errorElement(f: Failure): { schema: any; value: Shape } {
  const own = membersOf(f.schema).filter(([name]) => !['message', 'Message', 'Type', 'Code'].includes(name));
  const schema = structure('Error', [['Type', STRING], ['Code', STRING], ['Message', STRING], ...own]);
  const type = f.fault === 'client' ? 'Sender' : 'Receiver';
  return { schema, value: { ...f.value, Type: type, Code: f.code, Message: f.message } };
}

/** awsQuery: CloudFormation, Elastic Load Balancing, STS, IAM, SNS. Forms in, XML out. */
export const awsQuery: Wire = {
  input: input(false),
  output(operation: OperationSchema, value: Shape, { xmlNamespace }: Settings, requestId: string): Reply {
    const name = operation[2];
    const members: [string, any][] = [['ResponseMetadata', structure('ResponseMetadata', [['RequestId', STRING]])]];
    if (!schemaOf(operation[5]).isUnitSchema()) members.unshift([`${name}Result`, () => operation[5]()]);
    const content = { [`${name}Result`]: value, ResponseMetadata: { RequestId: requestId } };
    return { headers, body: xmlDocument(`${name}Response`, members, content, xmlNamespace) };
  },
  failure(f, { xmlNamespace }) {
    const { schema, value } = errorElement(f);
    const members: [string, any][] = [
      ['Error', schema],
      ['RequestId', STRING],
    ];
    const body = xmlDocument('ErrorResponse', members, { Error: value, RequestId: f.requestId }, xmlNamespace);
    return { status: f.status, headers, body };
  },
};

/** ec2Query: EC2's variant, with its own names of members, no result element and its own form of errors. */
export const ec2Query: Wire = {
  input: input(true),
  output(operation, value, { xmlNamespace }, requestId) {
    const members: [string, any][] = [['requestId', STRING], ...membersOf(operation[5])];
    return { headers, body: xmlDocument(`${operation[2]}Response`, members, { ...value, requestId }, xmlNamespace) };
  },
  failure(f) {
    const { schema, value } = errorElement(f);
    const members: [string, any][] = [
      ['Errors', structure('Errors', [['Error', schema]])],
      ['RequestID', STRING],
    ];
    const body = xmlDocument('Response', members, { Errors: { Error: value }, RequestID: f.requestId });
    return { status: f.status, headers, body };
  },
};
