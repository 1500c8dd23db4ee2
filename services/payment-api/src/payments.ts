import { randomUUID } from 'node:crypto';
import type { Assessment, AssessmentRequest, Decision } from '../../shared/assessment';
import { Refusal } from '../../shared/http';

export interface Order {
  /** In the currency's minor unit. */
  amount: number;
  currency: string;
  /** The payer's own text for the payment. */
  reference?: string;
  payer?: string;
}

export interface Payment extends Order {
  id: string;
  decision: Decision;
  reasons: string[];
  createdAt: string;
}

interface Repeatable {
  order: string;
  payment: Promise<Payment>;
}

/** Payments of this process, kept in memory: the newest `capacity`, and as many idempotency keys. */
export class Payments {
  private readonly payments = new Map<string, Payment>();
  private readonly keys = new Map<string, Repeatable>();

  constructor(
    private readonly assess: (request: AssessmentRequest) => Promise<Assessment>,
    private readonly capacity = 10_000,
  ) {}

  find(id: string): Payment | undefined {
    return this.payments.get(id);
  }

  /**
   * Makes a payment, or gives the one that was made with the same key, even while that one is still being made. Refuses a
   * key that was used for another order.
   */
  async create(order: Order, key?: string): Promise<{ payment: Payment; repeated: boolean }> {
    const known = key === undefined ? undefined : this.keys.get(key);
    if (known && known.order !== JSON.stringify(order)) {
      throw new Refusal(422, 'idempotency_key_reused', 'this idempotency-key was used for another payment');
    }
    if (known) return { payment: await known.payment, repeated: true };
    const payment = this.make(order);
    if (key !== undefined) keep(this.keys, key, { order: JSON.stringify(order), payment }, this.capacity);
    return { payment: await payment, repeated: false };
  }

  private async make(order: Order): Promise<Payment> {
    const id = randomUUID();
    const { decision, reasons } = await this.assess({ paymentId: id, ...order });
    const payment = { id, ...order, decision, reasons, createdAt: new Date().toISOString() };
    keep(this.payments, id, payment, this.capacity);
    return payment;
  }
}

/** Maps iterate in the order of insertion, so the first key is the oldest. */
function keep<V>(map: Map<string, V>, key: string, value: V, capacity: number) {
  map.set(key, value);
  if (map.size > capacity) map.delete(map.keys().next().value!);
}
