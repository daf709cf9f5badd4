import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import type {
  RedisConnectionOptions,
  UncheckedConnectionOptions,
} from '../../../src/implements/redis/redis-connection-options.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { type Certificate, CertificateAuthority } from '../../support/network/certificates.js';
import { WrongServer } from '../../support/network/wrong-server.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';

describe('RedisConnection over TLS', () => {
  const authority = new CertificateAuthority();
  const stranger = new CertificateAuthority();
  const own = authority.issue('server', 'DNS:localhost', 'IP:127.0.0.1');
  const ours = authority.issue('client', 'DNS:client');
  let server: RedisServer;

  beforeAll(async () => {
    server = await RedisServer.start({ tls: { ...own, ca: authority.cert } });
  });
  afterAll(async () => {
    await server.stop();
    authority[Symbol.dispose]();
    stranger[Symbol.dispose]();
  });

  /** Starts a connection; returns its status and its log records. */
  async function start(options: UncheckedConnectionOptions): Promise<[status: string, warnings: string]> {
    const log = new RecordingLoggerSite();
    const redis = new RedisConnection({
      host: '127.0.0.1',
      port: server.port,
      connectTimeout: 8000,
      loggerSite: log,
      ...options,
    } as RedisConnectionOptions);
    await redis.start();
    const { status } = redis;
    if (status === 'ready') await redis.ping();
    await redis.close();
    return [
      status,
      log
        .of('warning')
        .map(({ message }) => message)
        .join(),
    ];
  }

  it('a connection trusts the given certificate authority', async () => {
    expect(await start({ tls: { ca: authority.cert } })).toEqual(['ready', '']);
  });

  it('a URL with rediss:// means TLS', async () => {
    const url = `rediss://127.0.0.1:${server.port}`;
    expect(await start({ host: undefined, port: undefined, url, tls: { ca: authority.cert } })).toEqual([
      'ready',
      '',
    ]);
    expect((await start({ host: undefined, port: undefined, url }))[0]).toBe('connecting');
  });

  it('a connection checks the given server name', async () => {
    expect((await start({ tls: { ca: authority.cert, servername: 'localhost' } }))[0]).toBe('ready');
    expect(await start({ tls: { ca: authority.cert, servername: 'elsewhere' } })).toEqual([
      'connecting',
      expect.stringContaining('name one in tls.servername (ERR_TLS_CERT_ALTNAME_INVALID)'),
    ]);
  });

  it.each([
    [
      'an authority that it does not know',
      { tls: true },
      /authority of its certificate is not trusted; name that authority in tls\.ca \((?:SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\)/,
    ],
    ['the wrong authority', { tls: { ca: stranger.cert } }, /SELF_SIGNED|UNABLE_TO/],
    [
      'a key in place of an authority',
      { tls: { ca: ours.key } },
      /tls\.ca: expected a certificate in PEM, got a string of \d+ characters without one/,
    ],
    [
      'an authority in DER',
      { tls: { ca: new X509Certificate(readFileSync(authority.cert)).raw } },
      /tls\.ca: expected a certificate in PEM, got a Uint8Array without one/,
    ],
    [
      'a certificate that is cut off',
      { tls: { ca: authority.cert, cert: readFileSync(ours.cert, 'utf8').slice(0, 200), key: ours.key } },
      /tls\.cert: expected a certificate in PEM/,
    ],
    [
      'a key of another certificate',
      { tls: { ca: authority.cert, cert: ours.cert, key: own.key } },
      /tls\.key does not belong to tls\.cert/,
    ],
    [
      'a file that is not there',
      { tls: { ca: join(authority.folder, 'none.pem') } },
      /tls\.ca: expected PEM text or the path of a file, got a string of \d+ characters \(ENOENT\)/,
    ],
    [
      'a server that wants TLS, spoken to without',
      {},
      /broke before Redis answered.*; if it speaks TLS, declare tls: true or begin the URL with rediss:/,
    ],
  ])('a connection over TLS refuses %s', async (_, options, message) => {
    expect(await start(options)).toEqual(['connecting', expect.stringMatching(message)]);
  });

  it('a server that wants a certificate of the client is named as such, and one that refuses it too', async () => {
    const asking = await RedisServer.start({
      tls: { ...own, ca: authority.cert },
      args: ['--tls-auth-clients', 'yes'],
    });
    const foreign = stranger.issue('client', 'DNS:client');
    expect((await start({ port: asking.port, tls: { ca: authority.cert } }))[1]).toMatch(
      /it wants a certificate of the client; name one in tls\.cert and tls\.key \(ERR_SSL_\w+\)/,
    );
    const { cert, key } = foreign;
    expect((await start({ port: asking.port, tls: { ca: authority.cert, cert, key } }))[1]).toMatch(
      /it does not accept the certificate in tls\.cert/,
    );
    await asking.stop();
  });

  it('a server that speaks no TLS is named as such, whether it closes or does not answer', async () => {
    const plain = await RedisServer.start();
    const [, warning] = await start({ port: plain.port, tls: true, connectTimeout: 300 });
    expect(warning).toMatch(
      /it speaks no TLS.*|if it speaks no TLS, remove tls or begin the URL with redis:/,
    );
    await plain.stop();
    await using http = await WrongServer.start('http');
    expect((await start({ port: http.port, tls: true }))[1]).toMatch(/speaks no TLS/);
  });

  it('a map under tls does not encrypt a connection whose URL begins with redis://, and a warning says so', async () => {
    const plain = await RedisServer.start();
    const url = `redis://127.0.0.1:${plain.port}`;
    const [status, warnings] = await start({
      host: undefined,
      port: undefined,
      url,
      tls: { ca: authority.cert },
    });
    expect([status, warnings]).toEqual([
      'ready',
      expect.stringContaining('not encrypted, because of the scheme'),
    ]);
    await plain.stop();
  });

  it('any certificate is accepted only when declared so, with a warning', async () => {
    const [status, warnings] = await start({ tls: { insecure: true } });
    expect([status, warnings]).toEqual(['ready', expect.stringContaining('certificates are not verified')]);
    expect((await start({ tls: { insecure: false } }))[0]).toBe('connecting');
  });

  it.each([
    [
      'has expired',
      () => authority.issueExpired('expired', 'IP:127.0.0.1'),
      /its certificate expired 1 day ago \(.* GMT\); renew it.* \(CERT_HAS_EXPIRED\)/,
    ],
    [
      'is not valid yet',
      () => authority.issueEarly('early', 'IP:127.0.0.1'),
      /its certificate is valid in less than a day .* \(CERT_NOT_YET_VALID\)/,
    ],
    ['vouches for itself', () => authority.selfSigned('own', 'IP:127.0.0.1'), /DEPTH_ZERO_SELF_SIGNED_CERT/],
    ['bears another name', () => authority.issue('named', 'DNS:elsewhere'), /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('a connection refuses a certificate that %s', async (_, make, code) => {
    const bad = await RedisServer.start({ tls: { ...make(), ca: authority.cert } });
    const result = await start({ port: bad.port, tls: { ca: authority.cert } });
    await bad.stop();
    expect(result).toEqual(['connecting', expect.stringMatching(code)]);
  });

  it('a connection presents its client certificate to a server that requires one', async () => {
    const foreign = stranger.issue('client', 'DNS:client');
    const asking = await RedisServer.start({
      tls: { ...own, ca: authority.cert },
      args: ['--tls-auth-clients', 'optional'], // A certificate that is shown must be a good one.
    });
    const shown = async ({ cert, key }: Certificate) =>
      (await start({ port: asking.port, tls: { ca: authority.cert, cert, key } }))[0];
    expect(await shown(ours)).toBe('ready');
    expect(await shown(foreign)).toBe('connecting');
    await asking.stop();
  });

  it('a connection takes certificates and keys as files, text, bytes and lists', async () => {
    const asking = await RedisServer.start({
      tls: { ...own, ca: authority.cert },
      args: ['--tls-auth-clients', 'yes'],
    });
    const [ca, cert, key] = [authority.cert, ours.cert, ours.key].map((path) =>
      readFileSync(path, 'utf8'),
    ) as [string, string, string];
    const passphrase = 'of the key';
    const locked = createPrivateKey(key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
      .toString();
    const escaped = (text: string): string => text.replaceAll('\n', '\\n');
    const indented = (text: string): string => text.replace(/^/gm, '    ');
    const forms: Exclude<UncheckedConnectionOptions['tls'], boolean>[] = [
      { ca: authority.cert, cert: ours.cert, key: ours.key },
      { ca, cert, key },
      { ca: Buffer.from(ca), cert: Buffer.from(cert), key: new Uint8Array(Buffer.from(key)) },
      { ca: [stranger.cert, ca], cert: [Buffer.from(cert)], key: [key] },
      { ca: escaped(ca), cert: escaped(cert), key: escaped(key) },
      { ca: indented(ca), cert: indented(cert), key: indented(key) },
      { ca, cert, key: locked, passphrase },
    ];
    for (const tls of forms) expect(await start({ port: asking.port, tls })).toEqual(['ready', '']);
    const wrong = await start({ port: asking.port, tls: { ca, cert, key: locked, passphrase: 'another' } });
    expect(wrong).toEqual(['connecting', expect.stringMatching(/its passphrase is wrong \(ERR_OSSL_/)]);
    await asking.stop();
  });
});
