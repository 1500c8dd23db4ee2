import { type Pace, until } from '../../promotion/wait';

/** What Lambda answers while a function has no network interfaces, and while it makes them. Source: API reference, Invoke. */
const notYet = ['ResourceNotReadyException', 'ENINotReadyException', 'ResourceConflictException'];
/** Seconds. */
const patience = 300;

/**
 * Invokes a function in a VPC. Where it was not called for weeks, Lambda has taken its network interfaces back: the first
 * invocation fails and wakes it, so this tries until it is awake. Source: AWS, "Lambda function states".
 */
export function onceAwake<T>(name: string, pace: Pace, invoke: () => Promise<T>): Promise<T> {
  return until<T>(pace, patience, `function ${name} to get its network interfaces back`, async () => {
    try {
      return await invoke();
    } catch (error) {
      if (notYet.includes((error as Error).name)) return undefined;
      throw error;
    }
  });
}
