import { AwsSolutionsChecks, type IApplyRule, NagMessageLevel, PCIDSS321Checks } from 'cdk-nag';
import type { Delivery } from '../templates/deliveries';

/** A rule that a resource does not keep. */
export interface Finding {
  /** Path of the resource in the tree of constructs. */
  readonly path: string;
  /** Name of the rule; of rules that tell what they found, with that in brackets. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  /** Why the rule could not read the resource: it has decided nothing. */
  readonly unread?: string;
}

type Report = (finding: Finding) => void;

/** What a rule finds; an acknowledgement in the code counts for nothing here. */
function judge({ node, rule, ruleSuffixOverride, level }: IApplyRule, pack: string, report: Report): void {
  const name = `${pack}-${ruleSuffixOverride ?? rule.name}`;
  const finding = (of: Partial<Finding>): Finding => ({
    path: node.node.path,
    rule: name,
    severity: level === NagMessageLevel.ERROR ? 'error' : 'warning',
    ...of,
  });
  try {
    const result = rule(node);
    if (Array.isArray(result)) result.forEach((found) => report(finding({ rule: `${name}[${found}]` })));
    else if (result === 'Non-Compliant') report(finding({}));
  } catch (error) {
    report(finding({ unread: (error as Error).message }));
  }
}

class AwsSolutions extends AwsSolutionsChecks {
  constructor(private readonly report: Report) {
    super();
  }
  protected override applyRule(params: IApplyRule): void {
    judge(params, this.packName, this.report);
  }
}

class PciDss extends PCIDSS321Checks {
  constructor(private readonly report: Report) {
    super();
  }
  protected override applyRule(params: IApplyRule): void {
    judge(params, this.packName, this.report);
  }
}

/** What cdk-nag's packs AwsSolutions and PCI DSS 3.2.1 find in a delivery. */
export function findingsIn({ app }: Delivery): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (finding) => void findings.push(finding);
  for (const pack of [new AwsSolutions(report), new PciDss(report)]) pack.validateScope(app);
  return findings;
}
