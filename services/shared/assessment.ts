/** What fraud-detection is asked, and what it answers, at POST /assess. */
export interface AssessmentRequest {
  paymentId: string;
  /** In the currency's minor unit. */
  amount: number;
  currency: string;
  /** Whoever pays, by an identifier that means nothing outside. */
  payer?: string;
}

export type Decision = 'approve' | 'review' | 'decline';

export interface Assessment {
  decision: Decision;
  /** Why it is not approved. */
  reasons: string[];
}
