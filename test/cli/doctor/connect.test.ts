import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CertificateAuthority } from '../../support/network/certificates.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { CommandLine } from '../command-line.js';
import { assertFault, declared, examine } from './examination.js';

const cache = (...options: string[]) => declared('RedisCache', 'ICache', ...options, "prefix: 'app:'");

describe('doctor of connections that fail', { timeout: 60_000 }, () => {
  let redis: RedisServer;
  let gone: RedisServer;
  beforeAll(async () => {
    gone = await RedisServer.start();
    await gone.kill();
    redis = await RedisServer.start({ password: 'right' });
  });
  afterAll(async () => {
    await gone.stop();
    await redis.stop();
  });

  it('the doctor tells that nothing listens', async () => {
    assertFault(
      await examine(cache(`url: ${gone.url}`)),
      'connect',
      'refused',
      /ECONNREFUSED.*start the server/,
    );
  });

  it('the doctor tells that a host does not exist', async () => {
    // A resolver that has no server to ask takes its time.
    const answer = await examine(cache('host: nowhere.invalid', 'connectTimeout: 30s'));
    assertFault(answer, 'connect', 'dns', /no such host/);
  });

  it('the doctor tells that a password is wrong, and does not show it', async () => {
    const answer = await examine(cache(`url: redis://:wrongsecret@${redis.host}:${redis.port}`));
    assertFault(answer, 'connect', 'auth', /refused the credentials/);
    assert.doesNotMatch(answer.text, /wrongsecret/);
  });

  it('the doctor tells that the server has no database with that number', async () => {
    assertFault(await examine(cache(`url: ${redis.url}/99`)), 'connect', 'database', /databases/);
  });

  it('the doctor tells that a frozen server does not answer, within its connectTimeout', async () => {
    await using frozen = await RedisServer.start();
    frozen.freeze();
    const answer = await examine(cache(`url: ${frozen.url}`, 'connectTimeout: 1s'));
    assertFault(answer, 'connect', 'timeout', /no connection within 1000 ms/);
  });

  it('the doctor tells that a server is still loading its data', async () => {
    await using loading = await RedisServer.start();
    await loading.restartLoading();
    const answer = await examine(cache(`url: ${loading.url}`, 'connectTimeout: 2s'));
    assertFault(answer, 'connect', 'loading', /LOADING/);
  });

  it('the doctor tells an unknown authority, an expired certificate, and how long a valid one lasts', async () => {
    using authority = new CertificateAuthority();
    const ca = authority.cert;
    await using valid = await RedisServer.start({
      tls: { ...authority.issue('valid', 'IP:127.0.0.1'), ca },
    });
    await using expired = await RedisServer.start({
      tls: { ...authority.issueExpired('expired', 'IP:127.0.0.1'), ca },
    });
    const trusted = [`tls: { ca: '${ca}' }`];
    assertFault(await examine(cache(`url: ${valid.url}`)), 'connect', 'certificate', /tls\.ca/);
    assertFault(await examine(cache(`url: ${expired.url}`, ...trusted)), 'connect', 'certificate', /expired/);
    const answer = await examine(cache(`url: ${valid.url}`, ...trusted));
    assertFault(answer, 'certificate', 'certificate', /valid for \d days; renew it/);
  });

  it('the doctor tells that a server has no TLS', async () => {
    const url = redis.url.replace('redis:', 'rediss:');
    const answer = await examine(cache(`url: ${url}`, 'connectTimeout: 2s'));
    assert.equal(answer.exit, 1);
    assert.match(answer.text, /TLS/);
  });

  it('the doctor goes on with the other connections after one that fails', async () => {
    const other = declared('RedisKeyValue', 'IKeyValue', `url: ${redis.url}`, "prefix: 'kv:'");
    const { exit, lines } = await examine(cache('host: nowhere.invalid') + other);
    assert.equal(exit, 1);
    assert.deepEqual(
      lines.filter(({ check }) => check === 'connect').map(({ status, connection }) => [status, connection]),
      [
        ['fail', 'RedisCache at line 1'],
        ['ok', 'RedisKeyValue at line 5'],
      ],
    );
  });

  it('the doctor as a process writes a line a check for people, and exits with 1', async () => {
    await using frozen = await RedisServer.start();
    frozen.freeze();
    const cli = await CommandLine.install();
    try {
      cli.file('good.yml', cache(`url: ${redis.url}`));
      cli.file('frozen.yml', cache(`url: ${frozen.url}`, 'connectTimeout: 1s'));
      cli.file('absent.yml', cache(`url: ${gone.url}`));
      cli.file('memory.yml', declared('MemoryCache', 'ICache'));
      cli.file('bad.yml', declared('MemryCache', 'ICache'));
      const good = await cli.run(['doctor', 'good.yml']);
      assert.deepEqual([good.code, good.stderr], [0, '']);
      assert.match(good.stdout, /^ok\tRedisCache at line 1\tconnect\tconnected to redis:/);
      const late = await cli.run(['doctor'], { env: { INVERSIFY_CACHE_FILE: 'frozen.yml' } });
      assert.equal(late.code, 1);
      assert.match(late.stdout, /^fail\t.*\tconnect\t.*no connection within 1000 ms; see whether/);
      const absent = await cli.run(['doctor', 'absent.yml']);
      assert.equal(absent.code, 1);
      assert.match(absent.stdout, /^fail\t.*\(ECONNREFUSED\).*; start the server/);
      const note = 'this file declares no connection to Redis\n';
      assert.deepEqual(await cli.run(['doctor', 'memory.yml']), { code: 0, stdout: '', stderr: note });
      assert.equal((await cli.run(['doctor', 'bad.yml'])).code, 3);
    } finally {
      cli.remove();
    }
  }, 150_000);
});
