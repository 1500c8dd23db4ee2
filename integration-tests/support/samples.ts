/** A request that a working version of a reference service answers. */
export interface Sample {
  path: string;
  body: Record<string, unknown>;
  status: number;
}

const order = { amount: 1250, currency: 'EUR', reference: 'live check' };

/** By service. Those that no load balancer leads to are reached through the ones that call them. */
export const samples: Record<string, Sample> = {
  'payment-api': { path: '/api/payments/', body: order, status: 201 },
  'payment-processor': { path: '/api/payments/', body: order, status: 201 },
  'transaction-processor': { path: '/api/transactions/', body: { kind: 'authorization', ...order }, status: 201 },
  'notification-service': {
    path: '/api/notifications/',
    body: { channel: 'email', recipient: 'live-check@example.com', text: 'This is a live check' },
    status: 202,
  },
};
