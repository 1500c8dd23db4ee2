/** Errors of Node.js and of the SDK's own time limits: nobody answered. */
const unanswered = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'TimeoutError'];

/**
 * Whether an error tells that AWS's API did not answer, or failed by itself: it says nothing about what was asked for, and what is
 * under way there goes on. The SDK has tried a few times by then.
 */
export function isOutage(error: unknown): boolean {
  const { code, name, $metadata } = error as {
    code?: string;
    name?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return [code, name].some((word) => unanswered.includes(word!)) || ($metadata?.httpStatusCode ?? 0) >= 500;
}
