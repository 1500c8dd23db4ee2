import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressBook } from '../../cloud/runtime/address-book';
import { freePort } from '../../cloud/runtime/ports';
import { start, vpcEnvironment } from '../../cloud/runtime/processes';
import { Cloud, type Environment } from '../../cloud/state';

let cloud: Cloud;
let env: Environment;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rehearsal-test-'));
  cloud = new Cloud(directory);
  env = cloud.environment('111111111111', 'us-east-1');
  const properties = { CidrBlock: '10.0.10.0/24', VpcId: 'vpc-1', AvailabilityZone: 'us-east-1a' };
  env.put({ type: 'AWS::EC2::Subnet', id: 'subnet-1', seed: 's', properties, model: properties });
});
afterEach(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a script in the VPC; resolves with its lines and exit code. */
async function run(script: string, ports = new Map<number, number>()) {
  const lines: string[] = [];
  const child = start({
    cloud,
    command: 'node',
    args: ['-e', script],
    cwd: directory,
    env: vpcEnvironment(addressBook(env).file('vpc-1'), ports),
    onLine: (line) => lines.push(line),
  });
  const { code } = await child.ended;
  return { lines, code };
}

/** Whether the process runs. One that has ended and waits for its new parent to notice does not. */
const alive = (pid: number) => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
};
async function until(condition: () => boolean, milliseconds = 5000) {
  const end = Date.now() + milliseconds;
  while (!condition() && Date.now() < end) await new Promise((done) => setTimeout(done, 20));
}

test('addresses come from the subnet, leave out what AWS keeps, and are not given twice', () => {
  const book = addressBook(env);
  const first = book.allocate('subnet-1');
  const second = book.allocate('subnet-1');
  expect([first, second]).toEqual(['10.0.10.4', '10.0.10.5']);
  book.release(first);
  expect(book.allocate('subnet-1')).toBe('10.0.10.6');
  expect(() => book.allocate('subnet-2')).toThrow("The subnet ID 'subnet-2' does not exist");
});

test('the file of a VPC says what is published, public names included', () => {
  const book = addressBook(env);
  book.publish('vpc-1', '10.0.10.5', 8080, 20001);
  book.setName('vpc-1', 'Fraud.internal', ['10.0.10.5']);
  book.publicName('lb.example.com', '10.0.0.9');
  const read = () => JSON.parse(readFileSync(book.file('vpc-1'), 'utf8'));
  expect(read()).toEqual({
    addresses: { '10.0.10.5:8080': 20001 },
    names: { 'fraud.internal': ['10.0.10.5'], 'lb.example.com': ['10.0.0.9'] },
  });
  expect(book.lookup('vpc-1', '10.0.10.5', 8080)).toBe(20001);
  book.withdraw('vpc-1', '10.0.10.5');
  expect(read().addresses).toEqual({});
});

test('a process listens on its own port and is reached by name, address and localhost', async () => {
  const book = addressBook(env);
  const loopback = await freePort();
  book.publish('vpc-1', '10.0.10.5', 8080, loopback);
  book.setName('vpc-1', 'api.internal', ['10.0.10.5']);
  const ports = new Map([[8080, loopback]]);
  const ready = new Promise<void>((done) => {
    start({
      cloud,
      command: 'node',
      args: [
        '-e',
        `require('http').createServer((q, r) => r.end(q.headers.host)).listen(8080, '0.0.0.0', () => console.log('up'))`,
      ],
      cwd: directory,
      env: vpcEnvironment(book.file('vpc-1'), ports),
      onLine: () => done(),
    });
  });
  await ready;
  const script = `(async () => {
    console.log(await (await fetch('http://api.internal:8080/')).text());
    await new Promise((done) => require('http').get('http://10.0.10.5:8080/', (r) => r.on('data', (d) => console.log(String(d))).on('end', done)));
    await fetch('http://127.0.0.1:8080/').then((r) => r.text()).then((t) => console.log(t), (e) => console.log(e.cause.code));
    await new Promise((done) => require('net').connect(8080, 'api.internal', function () { console.log('connected'); this.destroy(); done(); }));
  })()`;
  const outside = await run(script);
  expect(outside.lines).toEqual(['api.internal:8080', '10.0.10.5:8080', 'ECONNREFUSED', 'connected']);
  const inside = await run(script, ports);
  expect(inside.lines[2]).toBe('127.0.0.1:8080');
});

test('nothing outside the VPC is reached, and it says so at once', async () => {
  const outer = createServer((_q, r) => r.end('outer')).listen(0, '127.0.0.1');
  await new Promise((done) => outer.once('listening', done));
  const { port } = outer.address() as AddressInfo;
  const { lines } = await run(`(async () => {
    const code = (url) => fetch(url).then(() => 'reached', (e) => e.cause.code);
    console.log(await code('https://example.com/'), await code('http://10.0.10.77:80/'), await code('http://127.0.0.1:${port}/'));
  })()`);
  outer.close();
  expect(lines).toEqual(['ENOTFOUND ETIMEDOUT ECONNREFUSED']);
});

test('children get only the environment that they are given', async () => {
  process.env.OUTSIDE = 'secret';
  const { lines } = await run('console.log(process.env.OUTSIDE, process.env.HOME)');
  delete process.env.OUTSIDE;
  expect(lines).toEqual(['undefined undefined']);
});

test('stop asks first and insists later; a command that does not exist exits with 127', async () => {
  const lines: string[] = [];
  const stubborn = start({
    cloud,
    command: 'node',
    args: ['-e', `process.on('SIGTERM', () => console.log('asked')); setInterval(() => {}, 1000); console.log('up')`],
    cwd: directory,
    onLine: (line) => lines.push(line),
  });
  await until(() => lines.includes('up'));
  await stubborn.stop(300);
  expect(lines).toEqual(['up', 'asked']);
  expect(await stubborn.ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect((await start({ cloud, command: 'no-such-command', cwd: directory }).ended).code).toBe(127);
});

test('all processes end with the cloud, and with a cloud that is killed', async () => {
  const own = start({ cloud, command: 'sleep', args: ['60'], cwd: directory });
  await cloud.stop();
  expect(alive(own.pid!)).toBe(false);

  const program = join(directory, 'parent.ts');
  const at = (file: string) => JSON.stringify(join(__dirname, '../../cloud', file));
  writeFileSync(
    program,
    `import { Cloud } from ${at('state')}; import { start } from ${at('runtime/processes')};
     const cloud = new Cloud(${JSON.stringify(directory)});
     console.log(start({ cloud, command: 'sh', args: ['-c', 'sleep 60; true'], cwd: '/' }).pid);
     setInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, ['--require', 'tsx/cjs', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((done) => parent.stdout.once('data', (d) => done(Number(String(d)))));
  expect(alive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !alive(pid));
  expect(alive(pid)).toBe(false);
});
