import type { Assessment, AssessmentRequest } from './assessment';

/** In minor units, whatever the currency: a reference service, not a model of fraud. */
const reviewFrom = 1_000_000;
const declineFrom = 10_000_000;
const paymentsAMinute = 20;
const minute = 60_000;

/** Judges payments by their amount and by how many their payer made within a minute. Keeps that minute in memory. */
export class Assessor {
  private readonly recent = new Map<string, number[]>();

  constructor(private readonly now: () => number = Date.now) {}

  assess({ amount, payer }: AssessmentRequest): Assessment {
    if (amount >= declineFrom) return { decision: 'decline', reasons: ['amount above the limit'] };
    const reasons: string[] = [];
    if (amount >= reviewFrom) reasons.push('large amount');
    if (payer && this.count(payer) > paymentsAMinute) reasons.push('many payments within a minute');
    return { decision: reasons.length ? 'review' : 'approve', reasons };
  }

  /** Payments of the payer within the last minute, this one included. */
  private count(payer: string): number {
    const since = this.now() - minute;
    for (const [known, times] of this.recent) {
      // Map keeps the order of insertion, and a payer is put at its end again below: the first that is recent ends the search.
      if (times.at(-1)! > since) break;
      this.recent.delete(known);
    }
    const times = (this.recent.get(payer) ?? []).filter((time) => time > since).slice(-paymentsAMinute);
    times.push(this.now());
    this.recent.delete(payer);
    this.recent.set(payer, times);
    return times.length;
  }
}
