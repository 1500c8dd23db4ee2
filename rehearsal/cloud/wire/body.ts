import { gunzipSync } from 'node:zlib';

/** Unpacks a body: S3's signed chunks, and gzip that a client used for transport. */
export function unpackBody(body: Buffer, headers: Record<string, string>): Buffer {
  const encoding = headers['content-encoding'] ?? '';
  const chunked = headers['x-amz-content-sha256']?.startsWith('STREAMING-') || encoding.includes('aws-chunked');
  const whole = chunked ? joinChunks(body) : body;
  const isTransport = encoding === 'gzip' && !chunked && !headers['x-amz-decoded-content-length'];
  return isTransport ? gunzipSync(whole) : whole;
}

/** aws-chunked: `<hex length>[;chunk-signature=…]\r\n<bytes>\r\n`, ended by a chunk of length 0 and trailers. */
function joinChunks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\r\n', at);
    const size = end < 0 ? 0 : parseInt(body.toString('latin1', at, end), 16);
    if (!size) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
