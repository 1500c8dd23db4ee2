import { createHash } from 'node:crypto';

/** So many hex digits that follow from a text. */
export const hash = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);

/** So many capital letters and digits that follow from a text, as AWS ends generated names; at most 32. */
export function letters(text: string, length: number): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, length);
  return [...bytes].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[byte % 36]).join('');
}
