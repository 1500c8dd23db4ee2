import { z } from 'zod';

const commit = z.string().regex(/^[0-9a-f]{40}$/, 'give the whole id of a commit: 40 digits and letters');

/**
 * A change that the change guard would refuse, and that is meant: one entry for one resource, reviewed as any change is.
 * An unknown field, or one that is not valid, is an error at synthesis.
 */
export const changeException = z.strictObject({
  /** Name of the stack, as the guard tells it. */
  stack: z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/, "give the stack's name"),
  /** Logical id, or type and name. The name is the physical id, or a part of it where that is an ARN. */
  resource: z.union([
    z.string().regex(/^[A-Za-z0-9]+$/, 'a logical id has letters and digits'),
    z.strictObject({ type: z.string().regex(/^\w+(::\w+)+$/), name: z.string().min(1) }),
  ]),
  /** modify: of a service that CodeDeploy releases, of a rule that was swapped, or of what becomes of retained data. */
  allow: z.enum(['replace', 'delete', 'modify']),
  /** For whoever reads the delivery's log: why it is meant, and why nothing is lost. */
  reason: z.string().trim().min(10, 'say why it is meant, in a sentence'),
  /**
   * The commits that make the change, as `git log from..to` lists them. The exception holds for the one delivery that brings
   * them: the environment runs `from`, or what came after it, and not yet `to`, and the delivered commit has `to`.
   */
  commits: z.strictObject({ from: commit, to: commit }),
});

export type ChangeException = z.infer<typeof changeException>;
