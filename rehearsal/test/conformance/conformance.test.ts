import { type Call, conformance } from '../../conformance/main';
import { parseLedger, readLedger, rowOf, unverified } from '../../conformance/ledger';
import { probes } from '../../conformance/probes';
import { local, type Local } from '../core/local';

let here: Local;
beforeAll(async () => {
  here = await local();
});
afterAll(() => here.stop());

const account = '111111111111';
async function run(changes: Partial<Call> = {}) {
  const lines: string[] = [];
  const { endpoint, credentials, maxAttempts } = here.administrator(account);
  const code = await conformance({
    ...{ args: ['--read-only'], variables: {}, tooling: { account }, say: (line) => void lines.push(line) },
    ...{ settings: { endpoint, credentials, maxAttempts }, ...changes },
  });
  return { code, said: lines.join('\n') };
}

test('what the ledger says is true of the local cloud: every probe agrees', async () => {
  const { code, said } = await run();
  expect(said).not.toContain('DIFFERS');
  expect(said).toContain(`${probes.length} agree, 0 differ.`);
  expect(code).toBe(0);
  expect(probes.length).toBeGreaterThan(40);
});

test('no probe changes anything: each call is one that reads', async () => {
  const before = here.cloud.calls.length;
  await run();
  const operations = here.cloud.calls.slice(before).map((call) => call.operation);
  expect(operations.length).toBeGreaterThan(40);
  expect(operations.filter((name) => !/^(Describe|Get|List|Batch|Head|Validate|Assume)/.test(name))).toEqual([]);
});

test('the lines that nobody has looked up are printed', async () => {
  const { said } = await run({ probes: [] });
  const open = unverified(readLedger());
  expect(open.length).toBeGreaterThan(10);
  expect(said).toContain(`${open.length} of ${readLedger().length} rows of the ledger have something unverified`);
  for (const { behaviour } of open) expect(said).toContain(behaviour);
});

test('a wrong expectation differs, and both answers are shown', async () => {
  const stack = probes.find((p) => p.call === 'cloudformation DescribeStacks')!;
  const { code, said } = await run({ probes: [{ ...stack, expected: 'ValidationError: no such stack' }] });
  expect(code).toBe(1);
  expect(said).toContain('DIFFERS  cloudformation DescribeStacks');
  expect(said).toContain('expected  ValidationError: no such stack');
  expect(said).toContain('found     ValidationError: Stack with id conformance-nothing does not exist');
  expect(said).toContain('0 agree, 1 differ.');
});

test('a probe of a row that the ledger has not, or has twice, is refused before anything is asked', async () => {
  const before = here.cloud.calls.length;
  const { code, said } = await run({ probes: [{ ...probes[0]!, row: 'Nobody says so' }] });
  expect({ code, said }).toEqual({
    code: 1,
    said: "0 rows of the ledger begin with 'Nobody says so'; a probe belongs to just one",
  });
  expect(here.cloud.calls).toHaveLength(before);
  const twice = parseLedger('| a b | s | t |\n| a c | s | t |');
  expect(() => rowOf(twice, 'a')).toThrow("2 rows of the ledger begin with 'a'");
});

test.each([
  [['--help'], 0, 'nobody has run this against AWS so far'],
  [[], 2, 'Give --read-only'],
  [['--read-only', '--write'], 2, "Unknown option '--write'"],
])('%j ends with %i', async (args, code, says) => {
  const found = await run({ args });
  expect(found.code).toBe(code);
  expect(found.said).toContain(says);
});

test('credentials of another account, or none, are refused with what to do', async () => {
  const other = await run({ tooling: { account: '222222222222' } });
  expect(other).toEqual({
    code: 1,
    said: 'These are credentials of account 111111111111, and the tooling account of configuration.json is 222222222222.',
  });
  const { endpoint, maxAttempts } = here.administrator(account);
  const credentials = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
  const nobody = await run({ settings: { endpoint, maxAttempts, credentials } });
  expect(nobody.code).toBe(1);
  expect(nobody.said).toMatch(/^AWS does not say whose credentials these are: .*Give those of the tooling account/);
});

test("a ledger's row has three columns; a border within one is written \\|", () => {
  const text =
    '## S\n| behaviour | source | test |\n| --- | --- | --- |\n| a \\| b | *unverified* | x |\n| c | d | y |';
  const rows = parseLedger(text);
  expect(rows.map((r) => r.behaviour)).toEqual(['a \\| b', 'c']);
  expect(rows[0]!.section).toBe('S');
  expect(unverified(rows)).toEqual([rows[0]]);
});
