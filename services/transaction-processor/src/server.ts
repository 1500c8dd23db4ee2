import { recordsOf } from '../../shared/database-records';
import { assessorOf } from '../../shared/fraud-detection';
import { main } from '../../shared/main';
import { transactions, transactionsPath } from './transactions';

main({
  path: transactionsPath,
  handler: (runtime) => transactions(recordsOf(runtime, 'transactions'), assessorOf(runtime)),
});
