import type { Shape } from './schema';

/** An error by its code, where the SDK has no class for it: all of EC2, CloudFormation's ValidationError. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status. */
    readonly status = 400,
    /** Further members of the error. */
    readonly fields: Shape = {},
  ) {
    super(message);
  }
}
