import { HandlerError } from '../../cloudformation/handler-error';

/** A refusal of EC2, as CloudFormation's handlers tell it. */
export const refusal = (code: string, message: string) =>
  new HandlerError('InvalidRequest', `${message} (Service: Ec2, Status Code: 400, Error Code: ${code})`);
