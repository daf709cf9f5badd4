import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'vitest';
import { HeldLoader, outcomeOf } from '../../contract/typed-cache/loading.js';
import { turns } from '../../contract/typed-cache/passing.js';
import { type OpenTyped, shownBy, type TypedOptions } from '../../contract/typed-cache/subject.js';
import { failingTypedCache } from '../../subjects/typed-cache/failing.subjects.js';
import { eventually } from '../../support/time/eventually.js';
import { settlesInTime } from '../../support/time/in-time.js';

/** The command timeout of the store, what the contract leaves it beyond, and a second attempt. */
const BOUND_MS = 2 * (150 + 50);
const opened: OpenTyped[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function open(options: TypedOptions = {}): Promise<OpenTyped> {
  const one = await failingTypedCache.open(options);
  opened.push(one);
  return one;
}

describe('typed cache with its server down', () => {
  it.each(['gone', 'frozen'] as const)('no call hangs while the server is %s', async (how) => {
    const one = await open({ grace: '1m' });
    const { cache } = one;
    await cache.set('k', 'v');
    await shownBy('outage', one.outage).begin(how);
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      get: () => cache.get('k'),
      getMany: () => cache.getMany(['k', 'l']),
      has: () => cache.has('k'),
      set: () => cache.set('k', 'v'),
      setMany: () => cache.setMany([['k', 'v']]),
      delete: () => cache.delete('k'),
      expire: () => cache.expire('k'),
      invalidateTags: () => cache.invalidateTags('t'),
      clear: () => cache.clear(),
      getOrSet: () => cache.getOrSet('k', async () => 'v'),
      'getOrSet with a lease': () => cache.getOrSet('l', async () => 'v', { lease: 'cluster' }),
      getOrSetMany: () => cache.getOrSetMany(['m', 'n'], async () => []),
    };
    for (const [name, call] of Object.entries(calls)) {
      await settlesInTime(BOUND_MS * 2, name, () => outcomeOf(call()));
    }
  });

  it('hardTimeout bounds the time of the store too', async () => {
    const one = await open({ hardTimeout: 60 });
    await shownBy('outage', one.outage).begin('frozen');
    const loader = new HeldLoader();
    await settlesInTime(60 + 40, 'getOrSet', () => outcomeOf(one.cache.getOrSet('k', loader.load)));
    for (const { resolve } of loader.calls) resolve('v');
  });

  it('a value that was deleted during an outage does not come back with the server', async () => {
    const one = await open();
    const elsewhere = await one.peer();
    await one.cache.set('k', 'deleted');
    await shownBy('outage', one.outage).begin('gone');
    assert.ok('error' in (await outcomeOf(one.cache.delete('k'))));
    await shownBy('outage', one.outage).end();
    assert.equal(await one.cache.get('k'), undefined);
    await eventually('it is gone elsewhere too', async () => (await elsewhere.get('k')) === undefined);
  });

  it('a write that no caller awaits causes no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', listen);
    try {
      const one = await open({ hardTimeout: 40 });
      const loader = new HeldLoader();
      const call = outcomeOf(one.cache.getOrSet('k', loader.load));
      const { resolve } = await loader.call();
      await call;
      await shownBy('outage', one.outage).begin('gone');
      resolve('v');
      await eventually('the load has ended', () => one.cache.stats().loading === 0);
      await turns();
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', listen);
    }
  });
});

describe('typed cache with its server up', () => {
  it('lease cluster takes a lease, so that two processes load once', async () => {
    const one = await open({ lease: 'cluster' });
    const elsewhere = await one.peer();
    let running = 0;
    let most = 0;
    let loads = 0;
    const load = async (): Promise<string> => {
      running += 1;
      loads += 1;
      most = Math.max(most, running);
      await one.advance(20);
      running -= 1;
      return 'v';
    };
    const calls = [one.cache, elsewhere].flatMap((cache) => [1, 2, 3].map(() => cache.getOrSet('k', load)));
    assert.deepEqual(await Promise.all(calls), Array(6).fill('v'));
    assert.deepEqual([most, loads], [1, 1]);
  });
});
