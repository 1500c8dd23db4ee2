import { gzipSync } from 'node:zlib';

/** One request, as the load balancer's access log tells it. */
export interface AccessLogEntry {
  time: Date;
  listenerPort: number;
  method: string;
  path: string;
  /** What the client got. */
  status: number;
  targetGroupArn?: string;
  /** 'ip:port' of the target that the request went to. */
  target?: string;
  targetStatus?: number;
  /** app/name/id of the load balancer. */
  loadBalancer: string;
  type: 'http' | 'https';
  client: string;
  /** Real seconds until the request was sent, until the target answered, until the client was answered; -1 where it did not get there. */
  seconds: [request: number, target: number, response: number];
  receivedBytes: number;
  sentBytes: number;
  host: string;
  userAgent: string;
  cipher?: string;
  tlsVersion?: string;
  traceId: string;
  certificateArn?: string;
  /** 0 for the default rule. */
  rulePriority: number;
  actions: string;
  redirectUrl?: string;
  errorReason?: string;
}

const quoted = (text: string | number | undefined) => `"${text ?? '-'}"`;

/** One line in the order of fields that AWS documents ("Access logs for your Application Load Balancer", access log entries). */
export function accessLogLine(e: AccessLogEntry): string {
  const url = `${e.type}://${e.host.replace(/:\d+$/, '')}:${e.listenerPort}${e.path}`;
  return [
    e.type,
    e.time.toISOString().replace('Z', '000Z'),
    e.loadBalancer,
    e.client,
    e.target ?? '-',
    ...e.seconds.map((s) => (s < 0 ? '-1' : s.toFixed(3))),
    e.status,
    e.targetStatus ?? '-',
    e.receivedBytes,
    e.sentBytes,
    quoted(`${e.method} ${url} HTTP/1.1`),
    quoted(e.userAgent || '-'),
    e.cipher ?? '-',
    e.tlsVersion ?? '-',
    e.targetGroupArn ?? '-',
    quoted(e.traceId),
    quoted(e.type === 'https' ? e.host.replace(/:\d+$/, '') : '-'),
    quoted(e.certificateArn),
    e.rulePriority,
    new Date(e.time.getTime() - Math.max(0, e.seconds[0]) * 1000).toISOString().replace('Z', '000Z'),
    quoted(e.actions),
    quoted(e.redirectUrl),
    quoted(e.errorReason),
    quoted(e.target),
    quoted(e.targetStatus),
    quoted('-'),
    quoted('-'),
    'TID_' + e.traceId.slice(-24).padStart(32, '0'),
  ].join(' ');
}

/** Key and body of one log file, named as AWS names it: by the end of its interval and the address of the load balancer's node. */
export function accessLogFile(
  entries: AccessLogEntry[],
  where: {
    account: string;
    region: string;
    prefix?: string;
    loadBalancer: string;
    node: string;
    end: Date;
    serial: string;
  },
): { key: string; body: Buffer } {
  const stamp = where.end.toISOString();
  const day = stamp.slice(0, 10).replaceAll('-', '/');
  const minute = stamp.slice(0, 16).replace(/[-:]/g, '') + 'Z';
  const folder = [where.prefix, 'AWSLogs', where.account, 'elasticloadbalancing', where.region, day]
    .filter(Boolean)
    .join('/');
  const name = [
    where.account,
    'elasticloadbalancing',
    where.region,
    where.loadBalancer.replaceAll('/', '.'),
    minute,
    where.node,
    where.serial,
  ].join('_');
  return {
    key: `${folder}/${name}.log.gz`,
    body: gzipSync(entries.map((e) => accessLogLine(e) + '\n').join('')),
  };
}
