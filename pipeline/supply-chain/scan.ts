import {
  DescribeImageScanFindingsCommand,
  type DescribeImageScanFindingsCommandOutput,
  type ECRClient,
  ScanNotFoundException,
} from '@aws-sdk/client-ecr';
import type { Finding } from './findings';

/** Statuses whose findings hold: of a basic scan, and of an enhanced one, which goes on. Source: ECR API Reference, ImageScanStatus. */
const done = ['COMPLETE', 'ACTIVE'];
/** The scan on push has not ended yet. */
const underway = ['IN_PROGRESS', 'PENDING', undefined];

/**
 * What stands for an image that the registry cannot scan: an operating system that it does not know, as with each new Alpine for weeks
 * (aws/containers-roadmap#2503), or no longer. Nobody knows what is in it, so it is as critical as can be; and as any finding it can be accepted.
 */
const unsupported = 'UNSUPPORTED-IMAGE';

export interface Patience {
  seconds: number;
  /** Seconds between two looks. */
  poll: number;
}

/** What the registry's scan found in an image, or that it cannot scan it; waits for its end. Throws where there is no result to be had. */
export async function findingsOf(
  ecr: ECRClient,
  repositoryName: string,
  imageDigest: string,
  patience: Patience,
): Promise<Finding[]> {
  for (let waited = 0; ; waited += patience.poll) {
    const { findings, status, description } = await look(ecr, repositoryName, imageDigest);
    if (done.includes(status ?? '')) return findings;
    // Of an enhanced scan, and of a basic one. Source: ECR User Guide, "Troubleshooting image scanning issues".
    if (status === 'UNSUPPORTED_IMAGE' || description?.startsWith('UnsupportedImageError')) {
      return [{ name: unsupported, severity: 'CRITICAL' }];
    }
    if (!underway.includes(status) || waited >= patience.seconds) {
      throw new Error(
        `${repositoryName}: ${imageDigest} has no result of a scan: ${status ?? 'it was never scanned'}${description ? `, ${description}` : ''}. ` +
          `See: aws ecr describe-image-scan-findings --repository-name ${repositoryName} --image-id imageDigest=${imageDigest}`,
      );
    }
    await new Promise((over) => setTimeout(over, patience.poll * 1000));
  }
}

async function look(ecr: ECRClient, repositoryName: string, imageDigest: string) {
  const findings: Finding[] = [];
  let page: DescribeImageScanFindingsCommandOutput | undefined;
  try {
    do {
      const request = { repositoryName, imageId: { imageDigest }, nextToken: page?.nextToken };
      page = await ecr.send(new DescribeImageScanFindingsCommand(request));
      findings.push(...findingsIn(page));
    } while (page.nextToken);
  } catch (error) {
    if (error instanceof ScanNotFoundException) return { findings };
    throw error;
  }
  return { findings, ...page.imageScanStatus };
}

/** Of a basic scan, or of Amazon Inspector's. */
function findingsIn({ imageScanFindings }: DescribeImageScanFindingsCommandOutput): Finding[] {
  const { findings = [], enhancedFindings = [] } = imageScanFindings ?? {};
  return [
    ...findings.map(({ name = '', severity = '' }) => ({ name, severity })),
    ...enhancedFindings.map(({ packageVulnerabilityDetails, title = '', severity = '' }) => ({
      name: packageVulnerabilityDetails?.vulnerabilityId ?? title,
      severity,
    })),
  ];
}
