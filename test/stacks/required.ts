// The requirements' tables of services, as numbers of prod. Written out, so that no declaration can vouch for itself.
import type { EnvironmentName } from './support';

export interface RequiredService {
  readonly port: number;
  /** Absent for internal services, which roll. */
  readonly path?: string;
  /** CPU units and MiB. */
  readonly size: readonly [number, number];
  readonly tasks: readonly [number, number];
  /** Requests a minute for each task. */
  readonly requests?: number;
  /** Seconds between scale-outs, and between scale-ins. */
  readonly cooldowns: readonly [number, number];
  /** Provider, base, weight. */
  readonly capacity: readonly (readonly [string, number, number])[];
  /** Without '-{environment}'. */
  readonly logGroup: string;
  /** Variables that ECS fills, and a part of the reference to what is in them. */
  readonly secrets: Readonly<Record<string, string>>;
  /** URLs of called services, without what depends on the environment. */
  readonly calls: Readonly<Record<string, string>>;
}
export interface RequiredSystem {
  readonly prefix: string;
  readonly region: string;
  readonly zones: number;
  readonly tracing: boolean;
  /** Each service's tasks carry a group that they share, beside their own. */
  readonly sharedGroup: boolean;
  readonly services: Readonly<Record<string, RequiredService>>;
}

const one = [1024, 2048] as const;
const two = [2048, 4096] as const;
const both = { DB_SECRET: 'MasterUserSecret', API_SECRET: 'Secretapicredentials', DB_ENDPOINT: 'database/endpoint' };

const ofEcsPayments = {
  size: one,
  tasks: [3, 10],
  cooldowns: [60, 300],
  capacity: [
    ['FARGATE', 0, 1],
    ['FARGATE_SPOT', 0, 1],
  ],
  secrets: {},
  calls: {},
} as const;
const ofMultiTier = {
  tasks: [2, 10],
  requests: 1000,
  cooldowns: [30, 60],
  capacity: [['FARGATE', 0, 1]],
  secrets: both,
  calls: {},
} as const;
const ofPlatform = {
  size: one,
  tasks: [3, 10],
  requests: 1000,
  cooldowns: [30, 60],
  capacity: [['FARGATE', 2, 1]],
  secrets: both,
  calls: {},
} as const;

export const required: Readonly<Record<string, RequiredSystem>> = {
  'ecs-payments': {
    prefix: 'payment',
    region: 'us-east-1',
    zones: 3,
    tracing: false,
    sharedGroup: true,
    services: {
      'payment-api': {
        ...ofEcsPayments,
        port: 8080,
        path: '/*',
        logGroup: '/ecs/payment-api',
        calls: {
          FRAUD_DETECTION_URL: 'http://fraud-detection.payment-{environment}.internal:8081',
          NOTIFICATION_SERVICE_URL: 'http://notification-service.payment-{environment}.internal:8082',
        },
      },
      'fraud-detection': { ...ofEcsPayments, port: 8081, logGroup: '/ecs/fraud-detection' },
      'notification-service': { ...ofEcsPayments, port: 8082, logGroup: '/ecs/notification-service' },
    },
  },
  'payment-processor': {
    prefix: 'payment-processor',
    region: 'us-east-2',
    zones: 2,
    tracing: false,
    sharedGroup: false,
    services: {
      'payment-processor': {
        port: 8080,
        path: '/*',
        size: two,
        tasks: [3, 10],
        cooldowns: [60, 300],
        capacity: [
          ['FARGATE', 2, 1],
          ['FARGATE_SPOT', 0, 4],
        ],
        logGroup: '/ecs/payment-processor',
        secrets: { DB_SECRET: 'Secretdbcredentials' },
        calls: {},
      },
    },
  },
  'multi-tier': {
    prefix: 'payment-processing',
    region: 'us-east-1',
    zones: 3,
    tracing: true,
    sharedGroup: false,
    services: {
      'payment-api': {
        ...ofMultiTier,
        port: 8080,
        path: '/api/payments/*',
        size: two,
        logGroup: '/ecs/payment-processing/payment-api',
      },
      'transaction-processor': {
        ...ofMultiTier,
        port: 8081,
        path: '/api/transactions/*',
        size: one,
        logGroup: '/ecs/payment-processing/transaction-processor',
      },
      'notification-service': {
        ...ofMultiTier,
        port: 8082,
        path: '/api/notifications/*',
        size: one,
        capacity: [
          ['FARGATE', 1, 1],
          ['FARGATE_SPOT', 0, 4],
        ],
        logGroup: '/ecs/payment-processing/notification-service',
      },
    },
  },
  'payment-platform': {
    prefix: 'payment',
    region: 'us-east-1',
    zones: 3,
    tracing: true,
    sharedGroup: false,
    services: {
      'payment-api': {
        ...ofPlatform,
        port: 8080,
        path: '/api/payments/*',
        logGroup: '/ecs/payment-platform/payment-api',
        calls: { FRAUD_DETECTION_URL: 'http://fraud-detection.payment-{environment}.internal:8081' },
      },
      'fraud-detection': {
        ...ofPlatform,
        port: 8081,
        requests: undefined,
        logGroup: '/ecs/payment-platform/fraud-detection',
        secrets: { API_SECRET: 'Secretapicredentials' },
      },
      'transaction-processor': {
        ...ofPlatform,
        port: 8083,
        path: '/api/transactions/*',
        logGroup: '/ecs/payment-platform/transaction-processor',
        calls: { FRAUD_DETECTION_URL: 'http://fraud-detection.payment-{environment}.internal:8081' },
      },
      'notification-service': {
        ...ofPlatform,
        port: 8082,
        path: '/api/notifications/*',
        capacity: [
          ['FARGATE', 2, 1],
          ['FARGATE_SPOT', 0, 4],
        ],
        logGroup: '/ecs/payment-platform/notification-service',
      },
    },
  },
};

/** CPU units and MiB in an environment: half in dev, 0.5 vCPU and 1 GB at least. */
export const sizeIn = ({ size: [cpu, memory] }: RequiredService, environment: EnvironmentName): [number, number] =>
  environment === 'dev' ? [Math.max(512, cpu / 2), Math.max(1024, memory / 2)] : [cpu, memory];

/** Fewest and most tasks in an environment. */
export const tasksIn = ({ tasks: [fewest, most] }: RequiredService, environment: EnvironmentName): [number, number] =>
  ({ dev: [1, 3], staging: [2, most], prod: [fewest, most] })[environment] as [number, number];

export interface Case {
  readonly system: string;
  readonly service: string;
  readonly environment: EnvironmentName;
  readonly row: RequiredService;
}
/** Every service of every system in every environment. */
export const cases: Case[] = Object.entries(required).flatMap(([system, { services }]) =>
  Object.entries(services).flatMap(([service, row]) =>
    (['dev', 'staging', 'prod'] as const).map((environment) => ({ system, service, environment, row })),
  ),
);
