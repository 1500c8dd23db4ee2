import { hash } from '../hash';

/** A failure as a resource handler reports it: the reason of a CREATE_FAILED, UPDATE_FAILED or DELETE_FAILED event. */
export class HandlerError extends Error {
  constructor(
    /** As the handlers' contract names it: AlreadyExists, InvalidRequest, GeneralServiceException, NotStabilized. */
    readonly code: string,
    message: string,
  ) {
    const token = `${hash(message, 8)}-0000-4000-8000-${hash(message, 12)}`;
    super(`Resource handler returned message: "${message}" (RequestToken: ${token}, HandlerErrorCode: ${code})`);
  }
}

/** A HandlerError for an API call of the service that the handler made, in the words that AWS's SDK for Java gives it. */
export function serviceError(service: string, operation: string, code: string, message: string): HandlerError {
  const details = `Service: ${service}; Status Code: 400; Error Code: ${code}; Request ID: ${hash(message, 8)}; Proxy: null`;
  return new HandlerError('InvalidRequest', `Invalid request provided: ${operation} error: ${message} (${details})`);
}
