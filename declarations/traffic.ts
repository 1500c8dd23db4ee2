/** Policy of both listeners: TLS 1.2 or newer. */
export const tlsPolicy = 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06';

/** What a target group asks each target, on the service's own port. Times are seconds. */
export const targetHealth = {
  path: '/health',
  interval: 30,
  timeout: 5,
  healthyThreshold: 3,
  unhealthyThreshold: 3,
  codes: '200',
} as const;

/** Seconds until a target that is taken away gets no more requests: below what a task has to stop. */
export const deregistrationDelay = 60;

/** What ECS asks each application container. Times are seconds. */
export const containerHealth = {
  command: ['CMD', 'node', 'server.js', '--health'],
  interval: 30,
  timeout: 5,
  retries: 3,
  startPeriod: 60,
};

/** Seconds that a task has to stop; Fargate's longest is 120. Longer than the deregistration delay, so that a task drains before it is killed. */
export const stopTimeout = 90;
