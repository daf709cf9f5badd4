import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it, onTestFinished } from 'vitest';
import { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import { RedisConnection } from '../../../src/implements/redis/redis-connection.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { eventually } from '../../support/time/eventually.js';
import { ManualClock } from '../../support/time/manual-clock.js';

const RULES = '+ping +info +time +get +mget +setex +psetex +unlink +exists +pttl +pexpire +scan';

async function withoutScripts() {
  const server = await RedisServer.start({
    users: ['user default on nopass ~* &* +@all', `user app on >right ~* ${RULES}`],
  });
  onTestFinished(() => server.stop());
  const { host, port } = server;
  const loggerSite = new RecordingLoggerSite();
  const options = { host, port, username: 'app', password: 'right', loggerSite } as const;
  const store = new RedisCache({ ...options, prefix: 'a:' });
  await store.start();
  onTestFinished(() => store.close());
  await eventually('it is connected', () => store.connected);
  const clock = new ManualClock();
  const cache = new TypedCache<string>({ store, namespace: 'n', expire: '1h', clock, loggerSite });
  return { server, store, cache, clock, loggerSite, options };
}

describe('TypedCache for a user without scripts', () => {
  it('a typed cache has hits, and its invalidations count, although its user may run no scripts', async () => {
    const { cache, store, loggerSite } = await withoutScripts();
    let loads = 0;
    const load = async (): Promise<string> => `v${++loads}`;
    assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'v1');
    assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'v1');
    assert.equal(await cache.set('s', 'set'), true);
    assert.equal(await cache.get('s'), 'set');
    assert.equal(await cache.delete('s'), true);
    assert.equal(await cache.get('s'), undefined);
    await cache.invalidateTags('t');
    assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'v2');
    await cache.clear();
    assert.equal(await cache.getOrSet('k', load, { tags: ['t'] }), 'v3');
    const other = new TypedCache<string>({ store, namespace: 'n', expire: '1h', loggerSite });
    assert.equal(await other.getOrSet('k', load, { tags: ['t'] }), 'v3');
    const told = loggerSite.records.filter(({ message }) => message.includes('requires +eval +evalsha'));
    assert.ok(told.length >= 1);
    assert.match(
      String(told[0]?.error),
      /(?:this user|the user app) the command evalsha; add the rule \+eval \+evalsha/,
    );
  });

  it('a typed cache uses scripts again once its user may run them', async () => {
    const { server, cache, clock } = await withoutScripts();
    assert.equal(await cache.set('k', 'before'), true);
    await server.cli('ACL', 'SETUSER', 'app', '+eval', '+evalsha', '+set', '+del');
    assert.equal(await cache.set('k', 'still'), true);
    assert.equal(await cache.get('k'), 'still');
    clock.advance(30_000);
    assert.equal(await cache.set('k', 'after'), true);
    assert.equal(await cache.get('k'), 'after');
    assert.match(
      await server.text('INFO', 'commandstats'),
      /cmdstat_evalsha:calls=[1-9]\d*,.*rejected_calls=\d+/,
    );
  });

  it('the health of a connection names user, command and rule when its user may run no scripts', async () => {
    const { options } = await withoutScripts();
    const connection = new RedisConnection(options);
    onTestFinished(() => connection.close());
    await connection.start();
    const script = { source: 'return 1', digest: createHash('sha1').update('return 1').digest('hex') };
    await assert.rejects(connection.script(script, [], []), { reason: 'NOPERM' });
    const named = /the user app all commands of a script, .*add the rule \+eval \+evalsha/;
    assert.ok((await connection.health()).advice.some((text) => named.test(text)));
  });
});
