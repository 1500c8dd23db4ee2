import { declareSystem } from '../../declarations/system';

const size = { cpu: 1024, memory: 2048 };
const scaling = { minimum: 3, maximum: 10, cpu: 70, memory: 80, scaleOutCooldown: 30, scaleInCooldown: 60 };
const secrets = { DB_SECRET: 'database', API_SECRET: 'api-credentials' };

export const paymentPlatform = declareSystem({
  name: 'payment-platform',
  prefix: 'payment',
  logGroupPrefix: '/ecs/payment-platform',
  logRetention: 30,
  interfaceEndpoints: ['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'],
  gatewayEndpoints: ['s3'],
  database: { minimumCapacity: 0.5, maximumCapacity: 2, readers: 1, backupRetention: 7 },
  secrets: [{ name: 'api-credentials', description: 'Key that services sign their calls with', value: 'generated' }],
  tracing: true,
  dashboard: true,
  services: [
    {
      name: 'payment-api',
      port: 8080,
      path: '/api/payments/*',
      ...size,
      scaling: { ...scaling, requestsPerTarget: 1000 },
      capacity: [{ provider: 'FARGATE', base: 2, weight: 1 }],
      release: 'BLUE_GREEN',
      calls: ['fraud-detection'],
      secrets,
    },
    {
      name: 'fraud-detection',
      port: 8081,
      ...size,
      scaling,
      capacity: [{ provider: 'FARGATE', base: 2, weight: 1 }],
      release: 'ROLLING',
      secrets: { API_SECRET: 'api-credentials' },
    },
    {
      name: 'transaction-processor',
      port: 8083,
      path: '/api/transactions/*',
      ...size,
      scaling: { ...scaling, requestsPerTarget: 1000 },
      capacity: [{ provider: 'FARGATE', base: 2, weight: 1 }],
      release: 'BLUE_GREEN',
      calls: ['fraud-detection'],
      secrets,
    },
    {
      name: 'notification-service',
      port: 8082,
      path: '/api/notifications/*',
      ...size,
      scaling: { ...scaling, requestsPerTarget: 1000 },
      capacity: [
        { provider: 'FARGATE', base: 2, weight: 1 },
        { provider: 'FARGATE_SPOT', weight: 4 },
      ],
      release: 'BLUE_GREEN',
      secrets,
    },
  ],
});
