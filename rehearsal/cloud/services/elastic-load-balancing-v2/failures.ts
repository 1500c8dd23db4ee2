import { HandlerError } from '../../cloudformation/handler-error';
import { hash } from '../../hash';

/** A failure of Elastic Load Balancing as CloudFormation's resource handler tells it. */
export function refusal(code: string, message: string): HandlerError {
  const request = `${hash(message, 8)}-0000-4000-8000-${hash(message, 12)}`;
  return new HandlerError(
    code,
    `${message} (Service: ElasticLoadBalancingV2, Status Code: 400, Request ID: ${request})`,
  );
}
