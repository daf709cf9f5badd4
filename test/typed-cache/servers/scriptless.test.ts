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

async function withoutScripts(rules = RULES) {
  const server = await RedisServer.start({
    users: ['user default on nopass ~* &* +@all', `user app on >right ~* ${rules}`],
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

/** Script as a connection runs it. */
function scriptOf(source: string): { readonly source: string; readonly digest: string } {
  return { source, digest: createHash('sha1').update(source).digest('hex') };
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
    const told = loggerSite.records.filter(({ message }) => message.startsWith('Redis refuses a script'));
    assert.ok(told.length >= 1);
    assert.match(
      String(told[0]?.error),
      /(?:this user|the user app) the command eval(?:sha)?; add the rule \+eval \+evalsha/,
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
      /cmdstat_eval(?:sha)?:calls=[1-9]\d*,.*rejected_calls=\d+/,
    );
  });

  it('the health of a connection names user, command and rule when its user may run no scripts', async () => {
    const { options, server } = await withoutScripts();
    const connection = new RedisConnection(options);
    onTestFinished(() => connection.close());
    await connection.start();
    const script = scriptOf('return 1');
    await assert.rejects(connection.script(script, [], []), { reason: 'NOPERM' });
    const named = /(?:the user app|this user) the command eval(?:sha)?; add the rule \+eval \+evalsha;/;
    assert.ok((await connection.health()).advice.some((text) => named.test(text)));
    await server.cli('ACL', 'SETUSER', 'app', '+eval', '+evalsha');
    await connection.script(script, [], []);
    assert.ok(!(await connection.health()).advice.some((text) => named.test(text)));
  });

  it('tags and clear reach the values of processes with scripts and without, whichever process invalidates', async () => {
    const { server, store, cache, loggerSite } = await withoutScripts();
    const { host, port } = server;
    const other = new RedisCache({ host, port, prefix: 'a:', loggerSite });
    await other.start();
    onTestFinished(() => other.close());
    const scripted = new TypedCache<string>({ store: other, namespace: 'n', expire: '1h', loggerSite });
    const twin = new TypedCache<string>({ store, namespace: 'n', expire: '1h', loggerSite });
    const caches = [cache, scripted, twin];
    let loads = 0;
    for (const by of caches) {
      for (const invalidate of [() => by.invalidateTags('t'), () => by.clear()]) {
        for (const [index, one] of caches.entries()) {
          const load = async () => `v${++loads}`;
          const loaded = await one.getOrSet(`k${index}`, load, { tags: ['t'] });
          assert.equal(await one.get(`k${index}`), loaded);
        }
        await invalidate();
        for (const [index, one] of caches.entries()) assert.equal(await one.get(`k${index}`), undefined);
      }
    }
  });

  it.each([
    ['set', '+eval +evalsha +del', /the command set; add the rule \+set/],
    ['del', '+eval +evalsha +set', /the command del; add the rule \+del/],
    ['pexpire', '+eval +evalsha +set +del -pexpire', undefined],
  ] as const)(
    'a typed cache has hits when its scripts lack the command %s alone, which the advice names',
    async (_command, more, named) => {
      const { cache, store, clock, options } = await withoutScripts(`${RULES} ${more}`);
      let loads = 0;
      const load = async (): Promise<string> => `v${++loads}`;
      for (let round = 0; round < 4; round += 1) {
        await cache.set('s', `s${round}`);
        assert.equal(await cache.get('s'), `s${round}`);
        await cache.getOrSet('k', load);
        clock.advance(31_000);
      }
      assert.ok(loads <= 2, `${loads} loads`);
      assert.equal(await cache.delete('k'), true);
      assert.equal(await cache.get('k'), undefined);
      if (named === undefined) return;
      const connection = new RedisConnection(options);
      onTestFinished(() => connection.close());
      await connection.start();
      const script = scriptOf(
        `return redis.call('${_command}', KEYS[1]${_command === 'set' ? ", '1'" : ''})`,
      );
      await assert.rejects(connection.script(script, ['a:x'], []), { reason: 'NOPERM' });
      const isNamed = (text: string): boolean => named.test(text) || text.includes('ACL LOG');
      assert.ok((await connection.health()).advice.some(isNamed));
      assert.ok(store.connected);
    },
  );

  it('an invalidation rejects with the name of the command when its user may not UNLINK', async () => {
    const { cache } = await withoutScripts(`${RULES} +eval +evalsha +set +del -unlink`);
    assert.equal(await cache.set('k', 'v'), true);
    for (const invalidate of [() => cache.delete('k'), () => cache.invalidateTags('t')]) {
      await assert.rejects(invalidate(), {
        reason: 'NOPERM',
        message: /the command unlink; add the rule \+unlink/,
      });
    }
    assert.equal(await cache.get('k'), undefined);
  });

  it('a key outside of the access rules is named as such, without the key', async () => {
    const { options, server } = await withoutScripts(`${RULES} +eval +evalsha resetkeys ~b:*`);
    const connection = new RedisConnection(options);
    onTestFinished(() => connection.close());
    await connection.start();
    const error: Error = await connection.execute(['GET', 'a:secret']).then(
      () => assert.fail('it was allowed'),
      (refusal) => refusal,
    );
    assert.match(error.message, /a key of this command; add the rule ~ with the prefix/);
    assert.doesNotMatch(error.message, /secret/);
    assert.ok(server.port > 0);
  });
});
