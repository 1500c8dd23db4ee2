import { declareSystem } from '../../declarations/system';

const size = { cpu: 1024, memory: 2048 };
const scaling = { minimum: 3, maximum: 10, cpu: 70, memory: 80, scaleOutCooldown: 60, scaleInCooldown: 300 };

export const ecsPayments = declareSystem({
  name: 'ecs-payments',
  prefix: 'payment',
  logGroupPrefix: '/ecs',
  logRetention: 30,
  reachOneAnother: true,
  services: [
    {
      name: 'payment-api',
      port: 8080,
      path: '/*',
      ...size,
      scaling,
      capacity: [
        { provider: 'FARGATE', weight: 1 },
        { provider: 'FARGATE_SPOT', weight: 1 },
      ],
      release: 'BLUE_GREEN',
      calls: ['fraud-detection', 'notification-service'],
    },
    {
      name: 'fraud-detection',
      port: 8081,
      ...size,
      scaling,
      capacity: [
        { provider: 'FARGATE', weight: 1 },
        { provider: 'FARGATE_SPOT', weight: 1 },
      ],
      release: 'ROLLING',
    },
    {
      name: 'notification-service',
      port: 8082,
      ...size,
      scaling,
      capacity: [
        { provider: 'FARGATE', weight: 1 },
        { provider: 'FARGATE_SPOT', weight: 1 },
      ],
      release: 'ROLLING',
    },
  ],
});
