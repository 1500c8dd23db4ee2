import { Assessor } from '../../shared/assessor';
import { main } from '../../shared/main';
import { payments, paymentsPath } from '../../shared/payments';
import { MemoryRecords } from '../../shared/records';
import { parsed } from '../../shared/settings';

main({
  path: paymentsPath,
  handler: (runtime) => {
    const { settings, log } = runtime;
    // The service that this one stands for had credentials and no database: it refers to nothing outside itself.
    const secret = settings.text('DB_SECRET');
    if (secret.startsWith('{') && !('username' in parsed(secret) && 'password' in parsed(secret)))
      settings.problem('DB_SECRET is JSON without a username and a password');
    runtime.onStart(() => log('info', 'DB_SECRET is delivered'));
    const assessor = new Assessor();
    return payments({ records: new MemoryRecords(), assess: (request) => assessor.assess(request) });
  },
});
