/** A grant that a rehearsal does not use, and why it is there. */
export interface Exception {
  /** Which roles, by name. */
  role: RegExp;
  actions: string[];
  reason: string;
}

/** Grants that no rehearsal without faults uses. One that is used, or that no role has any more, is an error of the report. */
export const exceptions: Exception[] = [];
