// ECDSA over a digest, which Node.js does not offer: it hashes what it signs. Source: FIPS 186-5, section 6; RFC 3279, section 2.2.3.
import { createECDH, type KeyObject, randomBytes } from 'node:crypto';

/** The order of P-256. Source: NIST SP 800-186, section 3.2.1.3. */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** A signature in DER, as KMS gives it. */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  for (;;) {
    const k = number(randomBytes(32)) % order;
    if (k === 0n) continue;
    const r = timesBase(k);
    const s = modulo(inverse(k) * (number(digest) + r * secret(privateKey)));
    if (r && s) return sequence(integer(r), integer(s));
  }
}

/** With the private key, which the local cloud has: from it and the signature follows the k that was used. */
export function verifyDigest(privateKey: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const [r, s] = integersIn(signature);
  if (!r || !s || r >= order || s >= order) return false;
  const k = modulo(inverse(s) * (number(digest) + r * secret(privateKey)));
  return k !== 0n && timesBase(k) === r;
}

const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const modulo = (value: bigint) => ((value % order) + order) % order;
const secret = (key: KeyObject) => number(Buffer.from(key.export({ format: 'jwk' }).d!, 'base64url'));

/** The x coordinate of that multiple of the base point: it is what a private key's public key is. */
function timesBase(k: bigint): bigint {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(k.toString(16).padStart(64, '0'), 'hex'));
  return modulo(number(ecdh.getPublicKey().subarray(1, 33)));
}

/** By Euclid's extended algorithm. */
function inverse(value: bigint): bigint {
  let [a, b, x, y] = [modulo(value), order, 1n, 0n];
  while (b) {
    const q = a / b;
    [a, b, x, y] = [b, a - q * b, y, x - q * y];
  }
  return modulo(x);
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  // The first bit is a sign.
  const positive = bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(2, positive.length), positive]);
}

function sequence(...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}

/** None where these are not the two integers of a signature. */
function integersIn(der: Buffer): bigint[] {
  const found: bigint[] = [];
  for (let at = 2; der[at] === 2; at += 2 + der[at + 1]!)
    found.push(number(der.subarray(at + 2, at + 2 + der[at + 1]!)));
  return der[0] === 0x30 && found.length === 2 ? found : [];
}
