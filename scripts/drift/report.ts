import type { StackDrift } from './detection';
import { judge, type ServiceFacts } from './judge';

/** What is said of a stage, and how many properties or resources somebody else than the delivery changed. */
export interface StageReport {
  lines: string[];
  drift: number;
  /** Stacks that could not be checked as a whole. */
  incomplete: number;
}

export function reportOf(environment: string, stacks: StackDrift[], services: ServiceFacts[]): StageReport {
  const lines: string[] = [];
  const byDesign = new Set<string>();
  let drift = 0;
  for (const { stack, differences, incomplete } of stacks) {
    for (const difference of differences) {
      const { logicalId, type, id, path = '', expected, found } = difference;
      const verdict = judge(difference, services);
      if (verdict.kind === 'expected') {
        byDesign.add(`Expected in ${stack}: ${logicalId} ${topOf(path)}. ${capital(verdict.why)}.`);
        continue;
      }
      drift += 1;
      lines.push(
        `DRIFT in ${stack}: ${logicalId} (${type} ${id})`,
        `  ${path || 'resource'}: expected ${expected}, found ${found}`,
        `  ${verdict.advice}`,
      );
    }
    if (incomplete) lines.push(`${stack} could not be checked as a whole: ${incomplete}`);
  }
  lines.push(...byDesign, summary(environment, stacks, drift, byDesign.size));
  return { lines, drift, incomplete: stacks.filter((s) => s.incomplete).length };
}

/** A swap changes several parts of one property. */
const topOf = (path: string) => path.split('/').slice(0, 2).join('/');
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function summary(environment: string, stacks: StackDrift[], drift: number, expected: number): string {
  const inSync = stacks.reduce((sum, s) => sum + s.inSync, 0);
  const notChecked = stacks.flatMap((s) => s.notChecked);
  const types = [...new Set(notChecked)].sort();
  const unknown = notChecked.length
    ? ` CloudFormation cannot check ${notChecked.length} resources of these types: ${types.join(', ')}.`
    : '';
  return `${environment}: ${drift} drifted, ${expected} differ as they should, ${inSync} resources in sync.${unknown}`;
}
