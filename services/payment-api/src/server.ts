import { main } from '../../shared/main';
import { FraudDetection } from './fraud-detection';
import { paymentRoutes } from './payment-routes';
import { Payments } from './payments';

const path = '/api/payments';

main({
  path,
  handler: (settings, log) => {
    const fraudDetection = new FraudDetection(settings.url('FRAUD_DETECTION_URL'), log);
    return paymentRoutes(path, new Payments((request) => fraudDetection.assess(request)));
  },
});
