import { declareSystem, type System } from '../../declarations/system';
import { paymentPlatform } from '../../stages/systems/payment-platform';

/** The default system with 25 services: its own, and copies of transaction-processor with ports and paths of their own. */
export const twentyFive: System = declareSystem({
  ...paymentPlatform,
  name: 'twenty-five',
  services: [
    ...paymentPlatform.services,
    ...Array.from({ length: 25 - paymentPlatform.services.length }, (_, i) => ({
      ...paymentPlatform.services.find(({ name }) => name === 'transaction-processor')!,
      name: `transaction-processor-${i + 2}`,
      port: 8100 + i,
      path: `/api/transactions-${i + 2}/*`,
    })),
  ],
});
