import { declareSystem } from '../../declarations/system';

export const paymentProcessor = declareSystem({
  name: 'payment-processor',
  prefix: 'payment-processor',
  region: 'us-east-2',
  zones: 2,
  tags: { compliance: 'pci-dss', backup: 'required', project: 'payment-processor-migration' },
  logGroupPrefix: '/ecs',
  logRetention: 30,
  interfaceEndpoints: ['ecr.api', 'ecr.dkr'],
  gatewayEndpoints: ['s3'],
  secrets: [
    {
      name: 'db-credentials',
      description: 'Credentials of the database that the payment processor was migrated with',
      value: 'external',
    },
  ],
  services: [
    {
      name: 'payment-processor',
      port: 8080,
      path: '/*',
      headers: [{ name: 'X-Payment-Channel', values: ['web', 'mobile', 'partner'] }],
      cpu: 2048,
      memory: 4096,
      scaling: { minimum: 3, maximum: 10, cpu: 70, memory: 80, scaleOutCooldown: 60, scaleInCooldown: 300 },
      capacity: [
        { provider: 'FARGATE', base: 2, weight: 1 },
        { provider: 'FARGATE_SPOT', weight: 4 },
      ],
      release: 'BLUE_GREEN',
      secrets: { DB_SECRET: 'db-credentials' },
    },
  ],
});
