import { Assessor } from '../../shared/assessor';
import { amountOf, currencyOf, fieldsOf, optionalText } from '../../shared/fields';
import { Refusal } from '../../shared/http';
import { main } from '../../shared/main';
import { isSigned, signatureHeader } from '../../shared/signature';

main({
  handler: ({ settings }) => {
    const assessor = new Assessor();
    const keys = settings.keys('API_SECRET');
    return (request) => {
      if (request.method !== 'POST' || request.path !== '/assess') return undefined;
      if (keys.length && !isSigned(keys, request, request.headers[signatureHeader]))
        throw new Refusal(401, 'not_signed', `sign the call in ${signatureHeader}, with a key of this service`);
      const fields = fieldsOf(request.body);
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
