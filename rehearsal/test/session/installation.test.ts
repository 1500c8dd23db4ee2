import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installationOf, placesOf } from '../../session/installation';

const stack = (environment: string) => ({ type: 'aws:cloudformation:stack', environment });
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'installation-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function manifest(path: string, artifacts: object): void {
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'manifest.json'), JSON.stringify({ artifacts }));
}
const nested = (directoryName: string, displayName: string) => ({
  type: 'cdk:cloud-assembly',
  properties: { directoryName, displayName },
});

test('accounts and regions are read from the assembly and from each of its stages', () => {
  manifest('', {
    a: nested('dev', 'delivery/dev'),
    b: nested('prod', 'delivery/prod'),
    c: stack('aws://999999999990/us-east-1'),
  });
  manifest('dev', { a: { type: 'cdk:asset-manifest' }, b: stack('aws://999999999991/us-east-2') });
  manifest('prod', { b: stack('aws://999999999990/us-east-1') });
  const installation = installationOf(folder);
  expect(installation).toEqual({
    tooling: { name: 'tooling', account: '999999999990', region: 'us-east-1' },
    stages: [
      { name: 'dev', account: '999999999991', region: 'us-east-2' },
      { name: 'prod', account: '999999999990', region: 'us-east-1' },
    ],
  });
  expect(placesOf(installation).map((p) => p.name)).toEqual(['tooling', 'dev']);
});

test('an assembly that belongs to no account is refused', () => {
  manifest('', { a: stack('aws://unknown-account/unknown-region') });
  expect(() => installationOf(folder)).toThrow("does not say where 'tooling' is: aws://unknown-account/unknown-region");
});
