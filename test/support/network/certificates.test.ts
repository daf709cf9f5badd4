import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TlsOptions } from 'node:tls';
import { afterAll, describe, it } from 'vitest';
import { type Certificate, CertificateAuthority } from './certificates.js';

describe('CertificateAuthority', () => {
  const authority = new CertificateAuthority();
  const stranger = new CertificateAuthority();
  const names = ['DNS:localhost', 'IP:127.0.0.1'];
  afterAll(() => {
    authority[Symbol.dispose]();
    stranger[Symbol.dispose]();
  });

  const read = ({ cert, key }: Certificate) => ({ cert: readFileSync(cert), key: readFileSync(key) });

  /** Verdict of a client on a server, or of the server on a client certificate: a code of OpenSSL, or ok. */
  async function judged(shown: Certificate, client?: Certificate): Promise<string> {
    const ca = readFileSync(authority.cert);
    const asking: TlsOptions = client === undefined ? {} : { requestCert: true, ca };
    let verdict: (code: string) => void = () => {};
    const judgement = new Promise<string>((resolve) => (verdict = resolve));
    const server = createServer({ ...read(shown), ...asking }, (socket) => {
      if (client !== undefined) verdict('ok');
      socket.on('error', () => {});
    });
    server.on('tlsClientError', (error: NodeJS.ErrnoException) => {
      if (client !== undefined) verdict(error.code ?? error.message);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, ca, ...(client && read(client)) }, () => {
      if (client === undefined) verdict('ok');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (client === undefined) verdict(error.code ?? error.message);
    });
    const code = await judgement;
    socket.destroy();
    server.close();
    await once(server, 'close');
    return code;
  }

  it('a signed certificate is trusted by clients that trust the authority', async () => {
    assert.equal(await judged(authority.issue('good', ...names)), 'ok');
  });

  it('the authority can sign certificates that are expired, not yet valid, or for another host', async () => {
    assert.equal(await judged(authority.issueExpired('expired', ...names)), 'CERT_HAS_EXPIRED');
    assert.equal(await judged(authority.issueEarly('early', ...names)), 'CERT_NOT_YET_VALID');
    const elsewhere = authority.issue('elsewhere', 'DNS:elsewhere.test');
    assert.equal(await judged(elsewhere), 'ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('the authority can make self-signed certificates and those of an unknown authority', async () => {
    assert.equal(await judged(authority.selfSigned('own', ...names)), 'DEPTH_ZERO_SELF_SIGNED_CERT');
    assert.match(await judged(stranger.issue('strange', ...names)), /UNABLE_TO_VERIFY|SELF_SIGNED/);
  });

  it('a server accepts client certificates of the authority, and refuses others', async () => {
    const server = authority.issue('server', ...names);
    assert.equal(await judged(server, authority.issue('client', 'DNS:client')), 'ok');
    for (const bad of [stranger.issue('client', 'DNS:client'), authority.issueExpired('late', 'DNS:late')]) {
      assert.notEqual(await judged(server, bad), 'ok');
    }
  });
});
