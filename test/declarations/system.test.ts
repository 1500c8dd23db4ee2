import { declareSystem } from '../../declarations/system';
import { paymentPlatform } from '../../stages/systems/payment-platform';

type Declaration = Parameters<typeof declareSystem>[0];
type ServiceDeclaration = Declaration['services'][number];

const [api, fraud] = paymentPlatform.services as [ServiceDeclaration, ServiceDeclaration];
const withApi = (change: Partial<ServiceDeclaration>): Declaration => ({
  ...paymentPlatform,
  services: [{ ...api, ...change }, fraud],
});
const withFraud = (change: Partial<ServiceDeclaration>): Declaration => ({
  ...paymentPlatform,
  services: [api, { ...fraud, ...change }],
});

test('a valid declaration comes back with its defaults', () => {
  const { services } = declareSystem(
    withFraud({ capacity: [{ provider: 'FARGATE_SPOT', weight: 4 }], calls: undefined }),
  );
  expect(services[1]).toMatchObject({ capacity: [{ provider: 'FARGATE_SPOT', base: 0, weight: 4 }], calls: [] });
});

test.each<[string, Declaration, string[]]>([
  ['a name', withApi({ name: 'Payment_API' }), ['services[0].name', 'lower-case letters, digits and hyphens, 3 to 32']],
  ['a name used twice', withFraud({ name: 'payment-api' }), ['services[1].name', "'payment-api' is there twice"]],
  ['a privileged port', withApi({ port: 80 }), ['services[0].port', '1024 to 50000']],
  ['a port that is none', withApi({ port: 70000 }), ['services[0].port', '1024 to 50000']],
  ['a port used twice', withFraud({ port: 8080 }), ['services[1].port', "port 8080 is that of 'payment-api'"]],
  ['a path', withApi({ path: 'api' }), ['services[0].path', "start with '/'"]],
  ['CPU units', withApi({ cpu: 1000 }), ['services[0].cpu', 'no 1000 CPU units', '512, 1024, 2048, 4096']],
  ['memory for the CPU', withApi({ memory: 1024 }), ['services[0].memory', '2048, 3072']],
  [
    'a scaling range',
    withApi({ scaling: { ...api.scaling, maximum: 1 } }),
    ['services[0].scaling', 'maximum is below minimum'],
  ],
  ['a percentage', withApi({ scaling: { ...api.scaling, cpu: 101 } }), ['services[0].scaling.cpu', '<=100']],
  ['no capacity', withApi({ capacity: [] }), ['services[0].capacity', '>=1']],
  [
    'a capacity provider',
    withApi({ capacity: [{ provider: 'EC2' as 'FARGATE', weight: 1 }] }),
    ['provider', '"FARGATE"|"FARGATE_SPOT"'],
  ],
  ['a release', withApi({ release: 'CANARY' as 'ROLLING' }), ['services[0].release', '"BLUE_GREEN"|"ROLLING"']],
  [
    'blue/green without a path',
    withFraud({ release: 'BLUE_GREEN' }),
    ['services[1].release', 'BLUE_GREEN needs a path'],
  ],
  [
    'a rolling service with a path',
    withFraud({ path: '/fraud/*' }),
    ['services[1].release', 'a service with a path is BLUE_GREEN'],
  ],
  [
    'requests nobody counts',
    withFraud({ scaling: { ...fraud.scaling, requestsPerTarget: 1000 } }),
    ['services[1].scaling', 'requestsPerTarget needs a path'],
  ],
  [
    'a call to nobody',
    withApi({ calls: ['ledger'] }),
    ['services[0].calls', "no service 'ledger'", 'payment-api, fraud-detection'],
  ],
  [
    'a call to itself',
    withFraud({ calls: ['fraud-detection'] }),
    ['services[1].calls', "'fraud-detection' calls itself"],
  ],
  [
    'a stack that there is',
    withFraud({ name: 'network' }),
    ['services[1].name', "'network' is the name of another stack"],
  ],
  ['a prefix', { ...paymentPlatform, prefix: 'payment-processing-of-today' }, ['prefix', 'at most 24 characters']],
  [
    'headers nobody looks at',
    withFraud({ headers: [{ name: 'X-Channel', values: ['web'] }] }),
    ['services[1].headers', 'headers need a path'],
  ],
  [
    'too many values of headers',
    withApi({ headers: [{ name: 'X-Channel', values: ['a', 'b', 'c', 'd', 'e'] }] }),
    ['services[0].headers', 'use four or fewer'],
  ],
  [
    'a secret that is none',
    withApi({ secrets: { KEY: 'signing' } }),
    ['services[0].secrets.KEY', "no secret 'signing': there are database, api-credentials"],
  ],
  [
    'a secret where there are none',
    { ...withApi({ secrets: { KEY: 'signing' } }), database: undefined, secrets: [] },
    ['services[0].secrets.KEY', "no secret 'signing': there are none"],
  ],
  [
    "the database's own secret",
    { ...paymentPlatform, secrets: [{ name: 'database', description: 'x', value: 'external' }] },
    ['secrets[0].name', "'database' is the database's own secret"],
  ],
  [
    'a secret used twice',
    { ...paymentPlatform, secrets: [...paymentPlatform.secrets, ...paymentPlatform.secrets] },
    ['secrets[0].name', "'api-credentials' is there twice"],
  ],
  [
    'capacity of the database',
    { ...paymentPlatform, database: { ...paymentPlatform.database!, minimumCapacity: 4 } },
    ['database', 'maximumCapacity is below minimumCapacity'],
  ],
  ['retention', { ...paymentPlatform, logRetention: 7 as 30 }, ['logRetention', '30']],
  ['a field nobody knows', { ...paymentPlatform, colour: 'blue' } as Declaration, ['colour']],
])('an error names the field and what is allowed: %s', (_, declaration, parts) => {
  let message = '';
  try {
    declareSystem(declaration);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toContain("System 'payment-platform' is not valid");
  for (const part of parts) expect(message).toContain(part);
});
