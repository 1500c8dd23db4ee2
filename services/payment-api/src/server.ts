import { recordsOf } from '../../shared/database-records';
import { assessorOf } from '../../shared/fraud-detection';
import { main } from '../../shared/main';
import { payments, paymentsPath } from '../../shared/payments';
import { merchantNotice } from './merchant-notice';

main({
  path: paymentsPath,
  handler: (runtime) =>
    payments({
      records: recordsOf(runtime, 'payments'),
      assess: assessorOf(runtime),
      made: merchantNotice(runtime),
    }),
});
