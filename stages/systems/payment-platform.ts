import { declareSystem } from '../../declarations/system';

const scaling = {
  minimum: 3,
  maximum: 10,
  cpu: 70,
  memory: 80,
  scaleOutCooldown: 30,
  scaleInCooldown: 60,
};

export const paymentPlatform = declareSystem({
  name: 'payment-platform',
  prefix: 'payment',
  logGroupPrefix: '/ecs/payment-platform',
  logRetention: 30,
  services: [
    {
      name: 'payment-api',
      port: 8080,
      path: '/api/payments/*',
      cpu: 1024,
      memory: 2048,
      scaling: { ...scaling, requestsPerTarget: 1000 },
      capacity: [{ provider: 'FARGATE', base: 2, weight: 1 }],
      release: 'BLUE_GREEN',
      calls: ['fraud-detection'],
    },
    {
      name: 'fraud-detection',
      port: 8081,
      cpu: 1024,
      memory: 2048,
      scaling,
      capacity: [{ provider: 'FARGATE', base: 2, weight: 1 }],
      release: 'ROLLING',
    },
  ],
});
