import { AwsError } from '../wire/aws-error';

/** How CloudFormation refuses a template, a parameter or a request. */
export const validationError = (message: string) => new AwsError('ValidationError', message);
