// Secrets Manager: secrets of stacks, of the API and of services, with their versions. Nothing is encrypted.
import type { ServiceModule } from '../../module';
import { api } from './api';
import { resources } from './resources';

export { addSecret, newArn, putValue, secretOf, secrets, versionOf } from './store';
export { randomPassword } from './password';

export const secretsManager: ServiceModule = { api, resources };
