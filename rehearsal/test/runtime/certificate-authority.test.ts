import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { certificateAuthority, authorityFile } from '../../cloud/runtime/certificate-authority';
import { Cloud } from '../../cloud/state';

let cloud: Cloud;
beforeAll(() => {
  cloud = new Cloud(mkdtempSync(join(tmpdir(), 'authority-')));
});
afterAll(() => rmSync(cloud.directory, { recursive: true, force: true }));

/** Connects to a server with this certificate as a client of the name that trusts the file; rejects where TLS does. */
async function visit(issued: { key: string; certificate: string }, servername: string): Promise<boolean> {
  const server = createServer({ key: issued.key, cert: issued.certificate }, (socket) => socket.end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((done, fail) => {
      const ca = readFileSync(authorityFile(cloud), 'utf8');
      const socket = connect({ host: '127.0.0.1', port, servername, ca }, () => done(socket.authorized));
      socket.on('error', fail).resume();
    });
  } finally {
    server.close();
  }
}

test('issues certificates that clients accept for their names, and for no others', async () => {
  const authority = await certificateAuthority(cloud);
  expect(await certificateAuthority(cloud)).toBe(authority);
  const long = `${'a'.repeat(60)}.cluster-ro-abcdefghijkl.us-east-1.rds.amazonaws.com`;
  const issued = await authority.issue([long, 'payments.example.com']);
  expect(await visit(issued, 'payments.example.com')).toBe(true);
  expect(await visit(issued, long)).toBe(true);
  await expect(visit(issued, 'other.example.com')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a certificate of another cloud is not trusted, and a server’s own signs nothing', async () => {
  const other = new Cloud(mkdtempSync(join(tmpdir(), 'authority-')));
  try {
    const foreign = await (await certificateAuthority(other)).issue(['payments.example.com']);
    await expect(visit(foreign, 'payments.example.com')).rejects.toThrow();
    expect(new X509Certificate(foreign.certificate).ca).toBe(false);
  } finally {
    rmSync(other.directory, { recursive: true, force: true });
  }
});
