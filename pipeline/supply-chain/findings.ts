import { z } from 'zod';
import { acceptedFinding, type AcceptedFinding } from '../../declarations/accepted-finding';

/** A finding of the registry's scan. */
export interface Finding {
  name: string;
  severity: string;
}

/** What the findings of an image come to. */
export interface Judgement {
  /** Why it may not be delivered; empty where it may. */
  refused: string[];
  /** What is accepted, and until when. */
  accepted: string[];
}

/** Where entries are. */
const file = 'stages/accepted-findings.ts';

/**
 * Refuses an image with a critical finding that no entry accepts today.
 * @param today as 2027-01-31, in UTC
 */
export function judgeFindings(
  service: string,
  findings: Finding[],
  entries: AcceptedFinding[],
  today: string,
): Judgement {
  const refused: string[] = [];
  const accepted: string[] = [];
  const critical = findings.filter(({ severity }) => severity === 'CRITICAL').map(({ name }) => name);
  for (const name of new Set(critical)) {
    const mine = entries.filter((entry) => entry.service === service && entry.vulnerability === name);
    const last = mine
      .map(({ expires }) => expires)
      .sort()
      .at(-1);
    if (last === undefined) {
      refused.push(
        `${service}: the scan found ${name}, which is critical. Update what has it, or accept it for a while in ${file}: docs/supply-chain.md`,
      );
    } else if (last < today) {
      refused.push(
        `${service}: ${name} is critical, and its entry in ${file} expired on ${last}. Update what has it, or review the entry anew`,
      );
    } else accepted.push(`${service}: ${name} is critical, and accepted until ${last}`);
  }
  return { refused, accepted };
}

/** Throws where an entry is wrong. */
export function checkedEntries(entries: AcceptedFinding[]): AcceptedFinding[] {
  const parsed = z.array(acceptedFinding).safeParse(entries);
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not right:\n${z.prettifyError(parsed.error)}`);
}
