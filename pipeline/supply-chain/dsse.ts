// Signed envelopes. Source: secure-systems-lab/dsse, protocol.md and envelope.md, 1.0.

/** Type of what every envelope here holds. Source: in-toto/attestation, spec/v1/envelope.md. */
export const payloadType = 'application/vnd.in-toto+json';

export interface Envelope {
  payloadType: string;
  /** In base64. */
  payload: string;
  signatures: { keyid: string; sig: string }[];
}

/** What is signed: type and payload, each after its length, so that neither can be taken for a part of the other. */
export function preAuthenticationEncoding(payload: Buffer, type = payloadType): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Signs a statement. */
export async function envelope(statement: unknown, sign: (bytes: Buffer) => Promise<Buffer>): Promise<Buffer> {
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = await sign(preAuthenticationEncoding(payload));
  const signed: Envelope = {
    payloadType,
    payload: payload.toString('base64'),
    signatures: [{ keyid: '', sig: signature.toString('base64') }],
  };
  return Buffer.from(JSON.stringify(signed));
}

/** The statement in an envelope that the key has signed. Throws where it has not. */
export function openEnvelope(bytes: Buffer, isSigned: (bytes: Buffer, signature: Buffer) => boolean): unknown {
  const signed = JSON.parse(bytes.toString()) as Envelope;
  const payload = Buffer.from(signed.payload, 'base64');
  const encoded = preAuthenticationEncoding(payload, signed.payloadType);
  const holds = signed.signatures.some(({ sig }) => isSigned(encoded, Buffer.from(sig, 'base64')));
  if (signed.payloadType !== payloadType || !holds) throw new Error("is not signed with the pipeline's key");
  return JSON.parse(payload.toString());
}
