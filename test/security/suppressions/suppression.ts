/** Findings that a reviewer accepts for one reason. */
export interface Suppressions {
  /** Why the resources may be as they are, and what is done instead. */
  readonly reason: string;
  /** Rules by resource, both by their full names; placeholders as in normalized.ts. */
  readonly findings: Readonly<Record<string, readonly string[]>>;
  /** Names of the environments that the reason holds for. @default all */
  readonly only?: readonly string[];
  /** The rule cannot read the resources; the name of the test that looks at them instead. */
  readonly checkedBy?: string;
}
