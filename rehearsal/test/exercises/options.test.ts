import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readOptions } from '../../exercises/options';
import { UsageError } from '../../session/command-line';

const names = ['one', 'another'];
const drills = { noun: 'drill', names, usage: '--only NAME' };
const command = ['--require', require.resolve('tsx/cjs'), join(__dirname, '../../drills.ts')];

test('all drills, or those that were asked for', () => {
  expect(readOptions([], drills)).toEqual({ only: names, list: false, verbose: false, results: undefined });
  expect(readOptions(['--only', 'one', '--results', 'r.json'], drills)).toMatchObject({
    only: ['one'],
    results: 'r.json',
  });
  expect(readOptions(['--help'], drills)).toBe('help');
});

test.each([
  [['--only', 'two'], /no drill 'two'.*one, another/],
  [['--onyl', 'one'], /--onyl/],
] as const)('%j is a wrong command line', (args, says) => {
  expect(() => readOptions([...args], drills)).toThrow(UsageError);
  expect(() => readOptions([...args], drills)).toThrow(says);
});

test('the command lists its drills, and exits 2 for a name that there is not', () => {
  const list = execFileSync(process.execPath, [...command, '--list'], { encoding: 'utf8' });
  expect(list).toMatch(/^nat-route-removed +a private subnet/m);
  const { status, stderr } = spawnSync(process.execPath, [...command, '--only', 'nothing'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining("no drill 'nothing'")]);
});
