import type { Assessment, AssessmentRequest } from './assessment';
import { ServiceClient } from './client';
import type { Runtime } from './runtime';

/** How a service judges payments: by fraud-detection where FRAUD_DETECTION_URL is set. What nobody has judged goes to review, and is never approved. */
export function assessorOf(runtime: Runtime): (request: AssessmentRequest) => Promise<Assessment> {
  const url = runtime.settings.url('FRAUD_DETECTION_URL');
  if (!url) return () => Promise.resolve({ decision: 'review', reasons: ['not assessed'] });
  // The payer never waits longer.
  const client = new ServiceClient('fraud-detection', url, runtime, 2000);
  return async ({ paymentId, amount, currency, payer }) => {
    try {
      return parse(await client.post('/assess', { paymentId, amount, currency, payer }));
    } catch (error) {
      const reason = (error as Error).message;
      runtime.log('warn', 'fraud-detection did not answer: payment goes to review', { paymentId, reason });
      return { decision: 'review', reasons: ['fraud detection did not answer'] };
    }
  };
}

function parse(answer: unknown): Assessment {
  const { decision, reasons } = Object(answer) as Partial<Assessment>;
  if (!decision || !['approve', 'review', 'decline'].includes(decision) || !Array.isArray(reasons))
    throw new Error('fraud-detection answers without a decision');
  return { decision, reasons };
}
