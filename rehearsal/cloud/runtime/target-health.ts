import { request } from 'node:http';
import type { Clock } from './clock';

export type HealthState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

/** A target's state with AWS's reason code and text (API reference, TargetHealth). */
export interface Health {
  state: HealthState;
  reason?: string;
  description?: string;
}

export const registering: Health = {
  state: 'initial',
  reason: 'Elb.RegistrationInProgress',
  description: 'Target registration is in progress',
};
export const notInUse: Health = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};
export const draining: Health = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};

/** How a target group asks its targets. Times in AWS's seconds. */
export interface HealthCheck {
  path: string;
  interval: number;
  timeout: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** As in '200' or '200-299,302'. */
  codes: string;
}

/** Undefined when the target answered as it should. */
async function ask(port: number, host: string, check: HealthCheck): Promise<Health | undefined> {
  return new Promise((done) => {
    const failed = (reason: string, description: string) => done({ state: 'unhealthy', reason, description });
    // A target does real work to answer, so it has the timeout's seconds as they are, not accelerated.
    const signal = AbortSignal.timeout(check.timeout * 1000);
    request(
      {
        host: '127.0.0.1',
        port,
        path: check.path,
        agent: false,
        signal,
        headers: { host, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      },
      (response) => {
        response.resume();
        response.on('error', () => {});
        const status = response.statusCode ?? 0;
        if (accepted(check.codes, status)) done(undefined);
        else failed('Target.ResponseCodeMismatch', `Health checks failed with these codes: [${status}]`);
      },
    )
      .on('error', () =>
        signal.aborted
          ? failed('Target.Timeout', 'Request timed out')
          : failed('Target.FailedHealthChecks', 'Health checks failed'),
      )
      .end();
  });
}

function accepted(codes: string, status: number): boolean {
  return codes.split(',').some((part) => {
    const [from = '', to = from] = part.trim().split('-');
    return status >= Number(from) && status <= Number(to);
  });
}

/** Fewest real milliseconds between two checks: a hundred targets at high speed would else keep a machine busy. */
const pause = { settling: 50, settled: 500 };

/**
 * Asks one target until the signal aborts. One success makes a new target healthy; later changes take the thresholds
 * (AWS: "After your target is registered, it must pass one health check to be considered healthy").
 */
export async function watchHealth(options: {
  clock: Clock;
  signal: AbortSignal;
  check: () => HealthCheck;
  inUse: () => boolean;
  address: () => { port: number | undefined; host: string };
  changed: (health: Health) => void;
}): Promise<void> {
  const { clock, signal } = options;
  let health = registering;
  let run = { good: true, length: 0 };
  const become = (next: Health) => {
    health = next;
    if (!signal.aborted) options.changed(next);
  };
  while (!signal.aborted) {
    const check = options.check();
    if (!options.inUse()) {
      if (health.state !== 'unused') become(notInUse);
    } else {
      if (health.state === 'unused' || health === registering) {
        run = { good: true, length: 0 };
        become({
          state: 'initial',
          reason: 'Elb.InitialHealthChecking',
          description: 'Initial health checks in progress',
        });
      }
      const { port, host } = options.address();
      const problem: Health | undefined = port
        ? await ask(port, host, check)
        : { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
      run = { good: !problem, length: run.good === !problem ? run.length + 1 : 1 };
      if (!problem && (health.state === 'initial' || run.length >= check.healthyThreshold)) {
        if (health.state !== 'healthy') become({ state: 'healthy' });
      } else if (problem && (health.state === 'unhealthy' || run.length >= check.unhealthyThreshold)) become(problem);
    }
    const least = health.state === 'healthy' && run.good ? pause.settled : pause.settling;
    const wait = Math.max(least, clock.milliseconds(check.interval));
    await clock.sleep((wait / 1000) * clock.speed, signal);
  }
}
