import { isOutage } from '../../../promotion/decisions/outage';

const error = (fields: object) => Object.assign(new Error('x'), fields);

test.each([
  ['a refused connection', error({ code: 'ECONNREFUSED' })],
  ['a broken connection', error({ code: 'ECONNRESET' })],
  ['an unknown host', error({ code: 'ENOTFOUND' })],
  ['a name that cannot be looked up now', error({ code: 'EAI_AGAIN' })],
  ['a connection that takes too long', error({ code: 'ETIMEDOUT' })],
  ['a connection that was closed', error({ code: 'EPIPE' })],
  ["the SDK's own time limit", error({ name: 'TimeoutError' })],
  ['an error of the service', error({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })],
  ['a service that is not there', error({ $metadata: { httpStatusCode: 503 } })],
])('%s is an outage', (_, one) => expect(isOutage(one)).toBe(true));

test.each([
  ['a refusal', error({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } })],
  ['an unknown deployment', error({ name: 'DeploymentDoesNotExistException', $metadata: { httpStatusCode: 400 } })],
  ['an error of our own', error({})],
])('%s is none', (_, one) => expect(isOutage(one)).toBe(false));
