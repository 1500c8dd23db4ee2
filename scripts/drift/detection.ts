import {
  type CloudFormationClient,
  DescribeStackDriftDetectionStatusCommand,
  type DescribeStackDriftDetectionStatusCommandOutput,
  DetectStackDriftCommand,
  paginateDescribeStackResourceDrifts,
  paginateListStackResources,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { type Pace, until } from '../../promotion/wait';
import type { Difference } from './judge';

/** What a detection told of one stack. */
export interface StackDrift {
  stack: string;
  inSync: number;
  /** Types that CloudFormation does not check, one entry a resource. */
  notChecked: string[];
  differences: (Difference & { logicalId: string })[];
  /** Why the detection failed for some of the resources. */
  incomplete?: string;
}

/** For one stack. CloudFormation takes up to several minutes. Source: API reference, DetectStackDrift. */
const limit = 900;

/** Lets CloudFormation compare the stack's template with what there is, and waits for the answer. */
export async function detectDrift(
  cloudFormation: CloudFormationClient,
  StackName: string,
  pace: Pace,
): Promise<StackDrift> {
  const { StackDriftDetectionId } = await cloudFormation.send(new DetectStackDriftCommand({ StackName }));
  const status = await until(pace, limit, `drift detection of ${StackName}`, async () => {
    const answer = await cloudFormation.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }));
    return answer.DetectionStatus === 'DETECTION_IN_PROGRESS' ? undefined : answer;
  });
  const drifts: StackResourceDrift[] = [];
  for await (const page of paginateDescribeStackResourceDrifts({ client: cloudFormation }, { StackName })) {
    drifts.push(...(page.StackResourceDrifts ?? []));
  }
  const checked = new Set(drifts.map((drift) => drift.LogicalResourceId));
  const notChecked: string[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName })) {
    const rest = (page.StackResourceSummaries ?? []).filter((r) => !checked.has(r.LogicalResourceId));
    notChecked.push(...rest.map((r) => r.ResourceType!));
  }
  return {
    stack: StackName,
    inSync: drifts.filter((drift) => drift.StackResourceDriftStatus === 'IN_SYNC').length,
    notChecked,
    differences: drifts.flatMap(differencesOf),
    incomplete: whyIncomplete(status),
  };
}

const whyIncomplete = (status: DescribeStackDriftDetectionStatusCommandOutput): string | undefined =>
  status.DetectionStatus === 'DETECTION_FAILED' ? (status.DetectionStatusReason ?? 'no reason given') : undefined;

function differencesOf(drift: StackResourceDrift): StackDrift['differences'] {
  const about = {
    ...{ logicalId: drift.LogicalResourceId!, id: drift.PhysicalResourceId ?? '', type: drift.ResourceType! },
    actual: JSON.parse(drift.ActualProperties ?? '{}') as Record<string, unknown>,
  };
  if (drift.StackResourceDriftStatus === 'DELETED')
    return [{ ...about, kind: 'DELETED', expected: 'it exists', found: 'nothing' }];
  if (drift.StackResourceDriftStatus !== 'MODIFIED') return [];
  return (drift.PropertyDifferences ?? []).map((p) => ({
    ...{ ...about, path: p.PropertyPath!, kind: p.DifferenceType as Difference['kind'] },
    ...{ expected: p.ExpectedValue ?? 'null', found: p.ActualValue ?? 'null' },
  }));
}
