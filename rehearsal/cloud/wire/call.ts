/** One call to the API, as it ended. */
export interface Call {
  time: Date;
  /** As IAM names it: ecs, elasticloadbalancing. */
  service: string;
  operation: string;
  principalArn: string;
  account: string;
  region: string;
  /** AWS's error code, where the call failed. */
  error?: string;
}
