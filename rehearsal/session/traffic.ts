// A client at each stage's production listener: keep-alive HTTPS connections, 60 requests a second, from its first answer to the end.
import { Agent, request } from 'node:https';
import { listenerAddress } from '../cloud/services/elastic-load-balancing-v2';
import type { Environment, Values } from '../cloud/state';

const everyMilliseconds = 15;
const requestsPerSecond = 60;
const mostInFlight = 32;
const timeoutMilliseconds = 10_000;
/** A load balancer closes a connection after 60 idle seconds: a client that closes first never meets a closed one. */
const idleMilliseconds = 5_000;
const productionPort = 443;

export interface TrafficResult {
  stage: string;
  url: string;
  /** To services that have answered once. */
  requests: number;
  /** Since the first answer. */
  seconds: number;
  /** Good answers by the version that gave them. */
  versions: Record<string, number>;
  failures: number;
  /** The first of them. */
  firstFailures: { time: string; what: string }[];
}

export class Traffic {
  private readonly counts: Omit<TrafficResult, 'seconds'>;
  private readonly agent = new Agent({
    keepAlive: true,
    maxSockets: mostInFlight,
    timeout: idleMilliseconds,
    rejectUnauthorized: false,
  });
  private readonly timer: NodeJS.Timeout;
  private requests: HealthRequest[] = [];
  private turn = 0;
  private asked = 0;
  private sent = 0;
  private inFlight = 0;
  /** Time of the load balancer's first answer. */
  private since?: number;
  /**
   * Of each path whose service has answered, the request that was sent last of those with a good answer, and the failed ones that were sent
   * after it. Before it has answered, a load balancer sends also to a target that is only starting.
   */
  private readonly answered = new Map<string, { last: number; failed: number[] }>();
  /** Milliseconds for which load balancers answered that are gone. */
  private before = 0;

  constructor(
    stage: string,
    private readonly env: Environment,
  ) {
    this.counts = { stage, url: '', requests: 0, versions: {}, failures: 0, firstFailures: [] };
    this.timer = setInterval(() => this.tick(), everyMilliseconds);
  }

  get result(): TrafficResult {
    const { counts } = this;
    const now = this.since ? Date.now() - this.since : 0;
    return { ...counts, versions: { ...counts.versions }, seconds: (this.before + now) / 1000 };
  }

  /** Sends nothing more and waits for the answers under way. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    const patience = Date.now() + 2000;
    while (this.inFlight && Date.now() < patience) await new Promise((done) => setTimeout(done, 20));
    this.agent.destroy();
  }

  private tick(): void {
    // Looking twice a second is enough: for the first answer, and for services that come later.
    const looks = this.turn++ % 30 === 0;
    if (looks) this.look();
    if (!this.counts.url || !this.requests.length || (!this.since && !looks)) return;
    // A late tick makes up for what it missed.
    const due = this.since ? ((Date.now() - this.since) / 1000) * requestsPerSecond - this.sent : 1;
    for (let i = 0; i < due && this.inFlight < mostInFlight; i++) {
      if (this.since) this.sent++;
      this.send(this.requests[this.asked++ % this.requests.length]!);
    }
  }

  /** Somebody destroyed the stage: what failed since a path's last good answer is no fault, and the next load balancer is another one. */
  private forget(): void {
    const { counts } = this;
    const forgotten = [...this.answered.values()].reduce((sum, { failed }) => sum + failed.length, 0);
    counts.failures -= forgotten;
    counts.requests -= forgotten;
    counts.firstFailures.length = Math.min(counts.firstFailures.length, counts.failures);
    if (this.since) this.before += Date.now() - this.since;
    this.since = undefined;
    this.sent = 0;
    this.answered.clear();
    counts.url = '';
  }

  /** Looks for the production listener, and for what it forwards by now: each service brings its own rule. */
  private look(): void {
    const listener = productionListener(this.env);
    if (this.counts.url && !listener) this.forget();
    this.requests = listener ? healthRequests(this.env, listener.id) : [];
    const url = listener && listenerAddress(this.env, listener.id);
    if (url && this.requests.length) this.counts.url = url;
  }

  private send({ path, headers }: HealthRequest): void {
    const { agent, counts } = this;
    const { url } = counts;
    const number = this.asked;
    this.inFlight++;
    const ended = (failure?: string, version?: string) => {
      this.inFlight--;
      if (counts.url !== url) return;
      if (!failure) this.since ??= Date.now();
      const known = this.answered.get(path) ?? { last: 0, failed: [] };
      if (failure && !known.last) return;
      counts.requests++;
      if (failure) return this.failed(failure, number, known);
      // Answers do not come in the order of their requests.
      const last = Math.max(known.last, number);
      this.answered.set(path, { last, failed: known.failed.filter((one) => one > last) });
      counts.versions[version!] = (counts.versions[version!] ?? 0) + 1;
    };
    const sent = request(url + path, { agent, headers, timeout: timeoutMilliseconds }, (answer) => {
      const version = answer.headers['x-service-version'];
      const good = answer.statusCode === 200 && typeof version === 'string';
      answer.on('error', (error) => ended(`${path}: ${error.message}`));
      answer.on('end', () => ended(good ? undefined : `${path}: ${answer.statusCode}`, String(version)));
      answer.resume();
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMilliseconds / 1000} s`)));
    let told = false;
    sent.on('error', (error) => {
      if (!told) ended(`${path}: ${error.message}`);
      told = true;
    });
    sent.end();
  }

  private failed(what: string, number: number, { last, failed }: { last: number; failed: number[] }): void {
    const { counts } = this;
    counts.failures++;
    if (number > last) failed.push(number);
    if (counts.firstFailures.length < 20) counts.firstFailures.push({ time: new Date().toISOString(), what });
  }
}

/** The listener on port 443 of the environment's load balancer. */
export function productionListener(env: Environment, port = productionPort) {
  return env.list('AWS::ElasticLoadBalancingV2::Listener').find(({ model }) => Number(model.Port) === port);
}

interface HealthRequest {
  path: string;
  headers: Record<string, string>;
}

/** `{path}/health` of every service that the listener's rules forward to, with the headers that its rule asks for. */
export function healthRequests(env: Environment, listenerArn: string): HealthRequest[] {
  const rules = env
    .list('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter(({ model }) => model.ListenerArn === listenerArn);
  return rules.flatMap(({ model }) => {
    const conditions: Values[] = model.Conditions ?? [];
    const paths = conditions.flatMap((c): string[] => c.PathPatternConfig?.Values ?? []);
    const headers = conditions.flatMap(({ HttpHeaderConfig: h }) => (h ? [[h.HttpHeaderName, h.Values[0]]] : []));
    return paths.map((p) => ({ path: p.replace(/\/?\*$/, '/health'), headers: Object.fromEntries(headers) }));
  });
}
