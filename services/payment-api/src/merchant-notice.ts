import { ServiceClient } from '../../shared/client';
import type { Payment } from '../../shared/payments';
import type { Runtime } from '../../shared/runtime';

/**
 * Tells notification-service of each payment where NOTIFICATION_SERVICE_URL is set. The payer's answer does not wait for it, and a
 * notice that is lost is a line in the log: a payment does not fail because of it.
 */
export function merchantNotice(runtime: Runtime): ((payment: Payment) => void) | undefined {
  const url = runtime.settings.url('NOTIFICATION_SERVICE_URL');
  if (!url) return undefined;
  const client = new ServiceClient('notification-service', url, runtime, 2000);
  return ({ id, decision }) => {
    const notice = { channel: 'webhook', recipient: 'merchant', text: `payment ${id}: ${decision}` };
    client.post('/api/notifications/', notice, { 'idempotency-key': `payment ${id}` }).catch((error: Error) => {
      runtime.log('warn', 'notification-service did not answer: nobody is told', {
        paymentId: id,
        reason: error.message,
      });
    });
  };
}
