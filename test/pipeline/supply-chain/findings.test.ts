import { checkedEntries, judgeFindings } from '../../../pipeline/supply-chain/findings';

const critical = { name: 'CVE-2026-1', severity: 'CRITICAL' };
const entry = {
  vulnerability: 'CVE-2026-1',
  service: 'payment-api',
  reason: 'Not reachable from here',
  expires: '2026-12-31',
};
const judge = (findings = [critical], entries = [entry], today = '2026-12-31') =>
  judgeFindings('payment-api', findings, entries, today);

test('a critical finding stops the delivery', () => {
  expect(judge([critical, critical], [])).toEqual({
    refused: [
      'payment-api: the scan found CVE-2026-1, which is critical. Update what has it, or accept it for a while in stages/accepted-findings.ts: docs/supply-chain.md',
    ],
    accepted: [],
  });
});

test('others do not', () => {
  expect(judge([{ name: 'CVE-2026-1', severity: 'HIGH' }], [])).toEqual({ refused: [], accepted: [] });
});

test('an entry accepts it until its day, that day included', () => {
  expect(judge()).toEqual({
    refused: [],
    accepted: ['payment-api: CVE-2026-1 is critical, and accepted until 2026-12-31'],
  });
});

test('an expired entry accepts nothing, and says so', () => {
  expect(judge([critical], [entry, { ...entry, expires: '2026-01-01' }], '2027-01-01').refused).toEqual([
    'payment-api: CVE-2026-1 is critical, and its entry in stages/accepted-findings.ts expired on 2026-12-31. Update what has it, or review the entry anew',
  ]);
});

test.each([{ service: 'fraud-detection' }, { vulnerability: 'CVE-2026-2' }])('%o is another', (other) => {
  expect(judge([critical], [{ ...entry, ...other }]).refused).toHaveLength(1);
});

test.each([
  [{ expires: 'soon' }, /expires/],
  [{ reason: 'ok' }, /say why it is accepted/],
  [{ vulnerability: '*' }, /like CVE-2026-12345/],
  [{ severity: 'CRITICAL' }, /severity/],
])('an entry with %o is an error', (wrong, message) => {
  expect(checkedEntries([entry])).toEqual([entry]);
  expect(() => checkedEntries([{ ...entry, ...wrong }])).toThrow(message);
  expect(() => checkedEntries([{ ...entry, ...wrong }])).toThrow(/^stages\/accepted-findings.ts is not right/);
});
