import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'x-service-signature';
/** Seconds that the clocks of two tasks may differ, with the time that a call takes. */
const tolerance = 300;

export interface Signed {
  method: string;
  path: string;
  content: Buffer;
}

/** A signature of the call at that time (ms), as in 't=1767225600,v1=<hex>'. */
export function sign(key: string, call: Signed, now = Date.now()): string {
  const time = String(Math.floor(now / 1000));
  return `t=${time},v1=${digest(key, time, call).toString('hex')}`;
}

/** Was the call signed with one of the keys, within the last five minutes? The comparison takes as long whatever differs. */
export function isSigned(keys: string[], call: Signed, header: unknown, now = Date.now()): boolean {
  const [, time, hex] = /^t=(\d{10}),v1=([0-9a-f]{64})$/.exec(String(header)) ?? [];
  if (!time || !hex || Math.abs(now / 1000 - Number(time)) > tolerance) return false;
  const given = Buffer.from(hex, 'hex');
  return keys.filter((key) => timingSafeEqual(digest(key, time, call), given)).length > 0;
}

const digest = (key: string, time: string, { method, path, content }: Signed) =>
  createHmac('sha256', key)
    .update(['v1', time, method, path, createHash('sha256').update(content).digest('hex')].join('\n'))
    .digest();
