import { z } from 'zod';

/**
 * A critical finding of the registry's scan that is accepted for a while: one entry, reviewed as any change is. An unknown field, or one that
 * is not valid, is an error when the images are verified.
 */
export const acceptedFinding = z.strictObject({
  /** As the scan names it: CVE-2026-12345. */
  vulnerability: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9-]+-[A-Za-z0-9-]+$/, 'give the name that the scan tells, like CVE-2026-12345'),
  /** Service whose image has it. */
  service: z.string().min(1),
  /** Why it does no harm there, or what is done until it is mended. */
  reason: z.string().trim().min(10, 'say why it is accepted, in a sentence'),
  /** The last day on which it is accepted, in UTC. */
  expires: z.iso.date('give a day, like 2027-01-31'),
});

export type AcceptedFinding = z.infer<typeof acceptedFinding>;
