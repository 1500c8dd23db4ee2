import { declareSystem } from '../../declarations/system';

const scaling = {
  minimum: 2,
  maximum: 10,
  cpu: 70,
  memory: 80,
  requestsPerTarget: 1000,
  scaleOutCooldown: 30,
  scaleInCooldown: 60,
};
const secrets = { DB_SECRET: 'database', API_SECRET: 'api-credentials' };

export const multiTier = declareSystem({
  name: 'multi-tier',
  prefix: 'payment-processing',
  logGroupPrefix: '/ecs/payment-processing',
  logRetention: 30,
  database: { minimumCapacity: 0.5, maximumCapacity: 2, readers: 1, backupRetention: 7 },
  secrets: [{ name: 'api-credentials', description: 'Key that services sign their calls with', value: 'generated' }],
  tracing: true,
  dashboard: true,
  services: [
    {
      name: 'payment-api',
      port: 8080,
      path: '/api/payments/*',
      cpu: 2048,
      memory: 4096,
      scaling,
      capacity: [{ provider: 'FARGATE', weight: 1 }],
      release: 'BLUE_GREEN',
      secrets,
    },
    {
      name: 'transaction-processor',
      port: 8081,
      path: '/api/transactions/*',
      cpu: 1024,
      memory: 2048,
      scaling,
      capacity: [{ provider: 'FARGATE', weight: 1 }],
      release: 'BLUE_GREEN',
      secrets,
    },
    {
      name: 'notification-service',
      port: 8082,
      path: '/api/notifications/*',
      cpu: 1024,
      memory: 2048,
      scaling,
      capacity: [
        { provider: 'FARGATE', base: 1, weight: 1 },
        { provider: 'FARGATE_SPOT', weight: 4 },
      ],
      release: 'BLUE_GREEN',
      secrets,
    },
  ],
});
