import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systems } from '../../../stages/systems';
import type { Deployed } from '../deployed';
import { type Pinned, pinnedIn, pinnedTypes } from '../pinned';

/** What logical-ids/{system}.json says, in the names of prod. */
interface File {
  /** {stack}/{logical id} of what only an environment has that has a NAT gateway in each zone. */
  onlyWhereEachZoneHasNat: string[];
  /** Name by logical id, by type, by kind of stack; '' for a name that AWS makes. */
  stacks: Record<string, Pinned>;
}

const read = (system: string) =>
  JSON.parse(readFileSync(join(__dirname, '..', 'logical-ids', `${system}.json`), 'utf8')) as File;

/** What is there as 'stack/id: type name', so that a difference reads as what CloudFormation would do. */
const lines = (stacks: Record<string, Pinned>, named: boolean): string[] =>
  Object.entries(stacks).flatMap(([kind, pinned]) =>
    Object.entries(pinned).flatMap(([type, ids]) =>
      Object.entries(ids).map(([id, name]) => [`${kind}/${id}:`, type, ...(named && name ? [name] : [])].join(' ')),
    ),
  );

/** Empty where both are the same; else what differs, and what to do about it. */
function difference(system: string, expected: string[], actual: string[]): string {
  const gone = expected.filter((line) => !actual.includes(line));
  const added = actual.filter((line) => !expected.includes(line));
  if (!gone.length && !added.length) return '';
  return [
    ...gone.map((line) => `- ${line}`),
    ...added.map((line) => `+ ${line}`),
    'CloudFormation deletes what has - and makes what has + anew: data, traffic or history would be lost with it.',
    'If an upgrade or a renamed construct did this, keep the old id (overrideLogicalId, or the old construct id) and the old name.',
    `If the resource is meant to come or to go, enter it in test/templates/logical-ids/${system}.json, and say in the commit what happens to what it holds.`,
  ].join('\n');
}

/** What holds data or carries traffic keeps its logical id and its name: otherwise CloudFormation replaces it. */
export function logicalIds(deployed: Deployed[]): void {
  const of = (system: string, environment?: string) =>
    Object.fromEntries(
      deployed
        .filter(
          (one) =>
            one.system.name === system && (!one.environment || !environment || one.environment.name === environment),
        )
        .map((one) => [one.kind, pinnedIn(one)]),
    );

  describe.each(systems.map(({ name }) => name))('in %s', (system) => {
    const { stacks, onlyWhereEachZoneHasNat } = read(system);

    test('has the logical ids and the names that it had, in prod and in the pipeline', () => {
      expect(difference(system, lines(stacks, true), lines(of(system, 'prod'), true))).toBe('');
    });

    test.each(['dev', 'staging'])(
      'has the same logical ids in %s, but for the NAT gateways of further zones',
      (environment) => {
        const expected = lines(stacks, false).filter((line) => !onlyWhereEachZoneHasNat.includes(line.split(':')[0]!));
        expect(difference(system, expected, lines(of(system, environment), false))).toBe('');
      },
    );

    test('has more NAT gateways in prod, and nothing else', () => {
      for (const entry of onlyWhereEachZoneHasNat)
        expect(entry).toMatch(/^network\/(NatAddress[b-z]|Vpcpublic\w+NATGateway\w{8})$/);
    });
  });

  test('is of these types at least', () => {
    const found = new Set(
      systems.flatMap(({ name }) => Object.values(of(name, 'prod')).flatMap((pinned) => Object.keys(pinned))),
    );
    const elsewhere = [
      // Made where the environment has a hosted zone.
      'AWS::CertificateManager::Certificate',
      'AWS::Route53::RecordSet',
      // Guarded, should they ever be there.
      'AWS::CloudFormation::Stack',
      'AWS::DynamoDB::Table',
      'AWS::EFS::FileSystem',
    ];
    expect(pinnedTypes.filter((type) => !found.has(type)).sort()).toEqual([...elsewhere].sort());
  });

  test('says what changed, and what to do', () => {
    const told = difference('demo', ['data/Old: AWS::RDS::DBCluster one'], ['data/New: AWS::RDS::DBCluster one']);
    expect(told).toMatch(/^- data\/Old: AWS::RDS::DBCluster one\n\+ data\/New: AWS::RDS::DBCluster one\n/);
    expect(told).toContain('test/templates/logical-ids/demo.json');
  });
}
