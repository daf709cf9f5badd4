import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it, onTestFinished } from 'vitest';
import { secondaryStorage } from '../../../src/adapters/better-auth.js';
import { MemoryKeyValue, RedisKeyValue } from '../../../src/data.js';
import type { IKeyValue } from '../../../src/interfaces/key-value.js';
import { rejectsWith } from '../../contract/expectations.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { RedisServer } from '../../support/redis/server/redis-server.js';
import { settlesInTime } from '../../support/time/in-time.js';
import { PLACES } from '../cache-under-test.js';

const MINUTE = 60_000;

describe.each(PLACES)('secondaryStorage in %s', (where) => {
  let server: RedisServer | undefined;
  let store: IKeyValue & { close(): Promise<void> };

  beforeAll(async () => {
    if (where === 'memory') {
      store = new MemoryKeyValue();
      return;
    }
    server = await RedisServer.start();
    const { host, port } = server;
    const loggerSite = new RecordingLoggerSite();
    const redis = new RedisKeyValue({ host, port, prefix: 'kv:', commandTimeout: 5000, loggerSite });
    await redis.start();
    store = redis;
  });
  beforeEach(async () => {
    await store.clear();
  });
  afterAll(async () => {
    await store?.close();
    await server?.stop();
  });

  const remaining = async (key: string): Promise<number> => {
    const life = await store.lifeOf(key);
    return life.state === 'expiring' ? life.remainingMs : Number.NaN;
  };
  const isAbout = (life: number, ms: number) =>
    assert.ok(life > ms - 20_000 && life <= ms, `${life} of ${ms}`);

  it('a value is text with a life in seconds, and one of its readers takes it away', async () => {
    const [storage, other] = [secondaryStorage(store, { expire: '2m' }), secondaryStorage(store)];
    const long = 'k'.repeat(3000);
    await storage.set('a', 'é', 60);
    await storage.set(long, '', 60);
    assert.deepEqual(
      [await storage.get('a'), await other.get(long), await storage.get('none')],
      ['é', '', null],
    );
    isAbout(await remaining('better-auth:a'), MINUTE);
    for (const ttl of [undefined, 0, Number.POSITIVE_INFINITY]) await storage.set(`t${ttl}`, 'v', ttl);
    for (const ttl of [undefined, 0, Number.POSITIVE_INFINITY])
      isAbout(await remaining(`better-auth:t${ttl}`), 2 * MINUTE);
    for (let round = 0; round < 10; round++) {
      await storage.set('token', `${round}`, 60);
      const taken = await Promise.all([
        storage.getAndDelete('token'),
        other.getAndDelete('token'),
        storage.getAndDelete('token'),
      ]);
      assert.deepEqual(
        taken.filter((value) => value !== null),
        [`${round}`],
      );
    }
    await storage.set('a', 'v', -1);
    assert.equal(await storage.get('a'), null);
    await rejectsWith('E_ARGUMENT', 'NaN', () => storage.set('a', 'v', Number.NaN));
    await storage.delete(long);
    await storage.delete(long);
    assert.equal(await storage.get(long), null);
  });

  it('a counter is exact, and its life begins when it is created', async () => {
    const storage = secondaryStorage(store);
    const counts = await Promise.all(Array.from({ length: 40 }, () => storage.increment('ip', 60)));
    assert.deepEqual(
      counts.toSorted((a, b) => a - b),
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    assert.equal(await storage.increment('ip', 600), 41);
    isAbout(await remaining('better-auth:ip'), MINUTE);
  });
});

describe('secondaryStorage without a server', () => {
  it('a store that does not answer rejects in time, and logs nobody out', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.stop());
    const { host, port } = server;
    const loggerSite = new RecordingLoggerSite();
    const frozen = new RedisKeyValue({ host, port, commandTimeout: 500, prefix: 'kv:', loggerSite });
    onTestFinished(() => frozen.close());
    await frozen.start();
    server.freeze();
    const storage = secondaryStorage(frozen);
    const calls = [
      () => storage.get('k'),
      () => storage.getAndDelete('k'),
      () => storage.set('k', 'v', 60),
      () => storage.delete('k'),
      () => storage.increment('k', 60),
    ];
    await Promise.all(
      calls.map((call, index) =>
        settlesInTime(1500, `call ${index}`, () => assert.rejects(call(), { code: /^E_/ })),
      ),
    );
  });
});
