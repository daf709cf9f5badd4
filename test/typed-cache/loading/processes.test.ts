import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RedisView } from '../../subjects/cache/redis-view.js';
import { type RemoteCache, type TypedProcess, TypedProgram } from '../../subjects/typed-cache/process.js';
import { keySpace, openRedis, type RedisForTests } from '../../support/redis/server/redis-for-tests.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

const LEASE_MS = 400;
/** Maximum time for a call between processes, and for a poll of a lease, on a busy machine. */
const SLACK_MS = 300;

let redis: RedisForTests;
let program: TypedProgram;
let processes: TypedProcess[];

beforeAll(async () => {
  redis = await openRedis();
  program = new TypedProgram();
  processes = await Promise.all(Array.from({ length: 4 }, () => program.start(redis.url)));
}, 60_000);
afterAll(async () => {
  await program.remove();
  await redis.close();
});

/** Opens caches of one namespace, each in a separate process. */
function open(count: number, typed: Readonly<Record<string, unknown>>): Promise<RemoteCache[]> {
  const prefix = keySpace();
  return Promise.all(processes.slice(0, count).map((one) => one.open(prefix, { expire: '1m', ...typed })));
}

function loadsOf(caches: readonly RemoteCache[]): number {
  return caches.reduce((sum, { loads }) => sum + loads, 0);
}

/** The one that loads, once there is one. */
async function loadingOf(caches: readonly RemoteCache[]): Promise<RemoteCache> {
  await eventually('one of them loads', () => loadsOf(caches) > 0, { everyMs: 1 });
  return caches.find(({ loads }) => loads > 0) as RemoteCache;
}

/** Lets time pass, by the clock of the server. */
async function pass(ms: number): Promise<void> {
  await new RedisView(redis.masters, 'nobody').advance(ms);
}

describe('lease cluster among processes', () => {
  it('a cold key is loaded once, however many callers each process has', async () => {
    const caches = await open(4, { lease: 'cluster' });
    const calls = caches.flatMap((one) => [1, 2, 3].map(() => one.call('getOrSet', 'k', 'load')));
    (await loadingOf(caches)).finish(0, { value: [1, 'two'] });
    assert.deepEqual(await Promise.all(calls), Array(12).fill({ value: [1, 'two'] }));
    assert.equal(loadsOf(caches), 1);
  });

  it('a failed load rejects in every process, and no process runs it again', async () => {
    const caches = await open(3, { lease: 'cluster' });
    const calls = caches.map((one) => one.call('getOrSet', 'k', 'load'));
    const holder = await loadingOf(caches);
    // A process that has not asked for the lease yet would rightly load itself.
    await pass(100);
    holder.fail(0, 'the source is down');
    for (const result of await Promise.allSettled(calls)) {
      assert.equal(result.status, 'rejected');
      assert.match(String(result.reason), /the source is down/);
    }
    assert.equal(loadsOf(caches), 1);
  });

  it('a load longer than leaseTimeout is not repeated while its process lives', async () => {
    const caches = await open(3, { lease: 'cluster', leaseTimeout: LEASE_MS });
    const calls = caches.map((one) => one.call('getOrSet', 'k', 'load'));
    const holder = await loadingOf(caches);
    await pass(LEASE_MS * 3);
    holder.finish(0, 'v');
    assert.deepEqual(await Promise.all(calls), ['v', 'v', 'v']);
    assert.equal(loadsOf(caches), 1);
  });

  it('a killed lease holder delays the other processes by leaseTimeout at most', async () => {
    const caches = await open(3, { lease: 'cluster', leaseTimeout: LEASE_MS });
    const calls = caches.map((one) => one.call('getOrSet', 'k', 'load'));
    const holder = await loadingOf(caches);
    await pass(100);
    const index = caches.indexOf(holder);
    await processes[index]?.kill();
    const others = caches.filter((one) => one !== holder);
    await settlesInTime(LEASE_MS + SLACK_MS, 'the next load', async () => {
      (await loadingOf(others)).finish(0, 'v');
      const answers = calls.filter((_, at) => at !== index);
      assert.deepEqual(await Promise.all(answers), ['v', 'v']);
    });
    assert.equal(loadsOf(others), 1);
    processes[index] = await program.start(redis.url);
  });
});

/** Way to invalidate `k`, which has the tag `t`, and the contents of the store afterwards. */
const WAYS: readonly (readonly [string, (one: RemoteCache) => Promise<unknown>, unknown])[] = [
  ['delete', (one) => one.call('delete', 'k'), undefined],
  ['expire', (one) => one.call('expire', 'k'), undefined],
  ['set', (one) => one.call('set', 'k', 'set', { tags: ['t'] }), 'set'],
  ['invalidateTags', (one) => one.call('invalidateTags', 't'), undefined],
  ['clear', (one) => one.call('clear'), undefined],
];
const ROUNDS = 24;

describe('invalidation from another process', () => {
  for (const [name, invalidate, leaves] of WAYS) {
    it(`${name} from another process wins over a load, at any moment of it`, async () => {
      const [loading, invalidating, asking] = (await open(3, {})) as [RemoteCache, RemoteCache, RemoteCache];
      const tags = { tags: ['t'] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const loads = loading.loads;
        const before = loading.call('getOrSet', 'k', 'load', tags);
        await loading.loading(loads + 1);
        // The end of the load and the invalidation race, with either ahead by a little.
        const early = round % 3;
        if (early === 0) loading.finish(loads, 'old');
        for (let turn = 0; turn < round >> 2; turn += 1)
          await new Promise<void>((go) => void setImmediate(go));
        const invalidated = invalidate(invalidating);
        if (early === 1) loading.finish(loads, 'old');
        await invalidated;
        if (early === 2) loading.finish(loads, 'old');
        const seen = await Promise.all([loading, asking].map((one) => one.call('get', 'k', tags)));
        assert.equal(await before, 'old');
        seen.push(await asking.call('get', 'k', tags), await loading.call('get', 'k', tags));
        assert.deepEqual(seen, Array(4).fill(leaves), `round ${round}`);
        await asking.call('delete', 'k');
      }
    });
  }
});
