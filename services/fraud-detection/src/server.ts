import { amountOf, currencyOf, fieldsOf, optionalText } from '../../shared/fields';
import { main } from '../../shared/main';
import { Assessor } from './assessor';

main({
  handler: () => {
    const assessor = new Assessor();
    return ({ method, path, body }) => {
      if (method !== 'POST' || path !== '/assess') return undefined;
      const fields = fieldsOf(body);
      const assessment = assessor.assess({
        paymentId: optionalText(fields, 'paymentId') ?? '',
        amount: amountOf(fields),
        currency: currencyOf(fields),
        payer: optionalText(fields, 'payer'),
      });
      return { status: 200, body: assessment };
    };
  },
});
