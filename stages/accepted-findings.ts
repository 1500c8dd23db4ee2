import type { AcceptedFinding } from '../declarations/accepted-finding';

/** Critical findings that are accepted, each until its day. What is not here stops the delivery. */
export const acceptedFindings: AcceptedFinding[] = [];
