// RDS: an Aurora PostgreSQL cluster is real PostgreSQL, a server for each of its instances.
import type { ServiceModule } from '../../module';
import { api } from './api';
import { resources } from './resources';

export const rds: ServiceModule = { api, resources };
