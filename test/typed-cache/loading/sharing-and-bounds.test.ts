import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { HeldLoader, outcomeOf, unwanted } from '../../contract/typed-cache/loading.js';
import { turns } from '../../contract/typed-cache/passing.js';
import { plainCache } from '../../subjects/typed-cache/faulty-store.js';
import { codeOf, failing, hanging, World } from '../world.js';

/** Sharing of loads and stale values between callers, and time limits of each step of a call. */

describe('value stored with grace by another configuration', () => {
  it('getOrSetMany reloads a value of another configuration once its TTL has passed', async () => {
    const world = new World();
    await world.cache({ grace: '1h' }).set('k', 'stale', { expire: 30 });
    await world.pass(30);
    const load = async (keys: readonly unknown[]) => keys.map((key) => [key, 'new'] as const);
    const [result] = await world.cache().getOrSetMany(['k'], load as never);
    assert.deepEqual(result, { status: 'fulfilled', value: 'new' });
  });

  it('a value is stale, and read at most twice, when the store cannot return its remaining TTL', async () => {
    const world = new World();
    const store = { ...plainCache(world.store), connected: true, getExpiry: async () => null };
    const cache = world.cache({}, store);
    await cache.set('k', 'v', { grace: '1h' });
    assert.equal((await cache.getEntry('k'))?.state, 'stale');
    assert.equal(await cache.getOrSet('k', async () => 'new'), 'new');
  });
});

describe('stale values', () => {
  it('a stale value is not served to a caller with another version than the one that started the load', async () => {
    const world = new World();
    const cache = world.cache({ grace: '1h' });
    await cache.set('k', 'stale', { expire: 30 });
    await world.pass(30);
    const calls = [cache.getOrSet('k', failing), cache.getOrSet('k', unwanted, { version: 2 })];
    const [own, other] = await Promise.allSettled(calls);
    assert.deepEqual(own, { status: 'fulfilled', value: 'stale' });
    assert.equal(other?.status, 'rejected');
  });

  it('a stale value is not served when its grace ended during the load', async () => {
    const world = new World();
    const cache = world.cache({ grace: 100 });
    await cache.set('k', 'stale', { expire: 30 });
    await world.pass(30);
    const loader = new HeldLoader();
    const call = outcomeOf(cache.getOrSet('k', loader.load));
    const { reject } = await loader.call();
    await world.pass(100);
    reject(new Error('the source is down'));
    assert.ok('error' in (await call));
  });
});

describe('loads in progress', () => {
  it('a caller is not rejected when all earlier callers abort during its check', async () => {
    const world = new World();
    const cache = world.cache();
    const loader = new HeldLoader();
    const controller = new AbortController();
    const gone = outcomeOf(cache.getOrSet('k', loader.load, { signal: controller.signal }));
    await loader.call();
    const reading = world.store.hold('read');
    const call = cache.getOrSet('k', loader.load);
    await reading.arrived;
    const proof = world.store.hold('read');
    reading.release();
    await proof.arrived;
    controller.abort();
    await gone;
    proof.release();
    (await loader.call(2)).resolve('new');
    assert.equal(await call, 'new');
  });

  it('a load without the store is joined only by callers that the store has failed too', async () => {
    const world = new World();
    const cache = world.cache();
    const loader = new HeldLoader();
    world.store.break('gone');
    const first = cache.getOrSet('k', loader.load);
    const old = await loader.call();
    const second = cache.getOrSet('k', loader.load);
    await turns();
    assert.equal(loader.count, 1);
    await world.store.heal();
    await world.cache({}, world.raw).delete('k');
    const third = cache.getOrSet('k', loader.load);
    (await loader.call(2)).resolve('new');
    old.resolve('old');
    assert.deepEqual(await Promise.all([first, second, third]), ['old', 'old', 'new']);
  });

  it('a load whose tokens could not be read is joined by no later caller', async () => {
    const world = new World();
    const cache = world.cache();
    const loader = new HeldLoader();
    const reading = world.store.hold('read');
    const first = cache.getOrSet('k', loader.load);
    await reading.arrived;
    const capture = world.store.hold('read');
    reading.release();
    await capture.arrived;
    world.store.break('gone', ['read']);
    capture.release();
    const old = await loader.call();
    await world.store.heal();
    const second = cache.getOrSet('k', loader.load);
    (await loader.call(2)).resolve('new');
    old.resolve('old');
    assert.deepEqual(await Promise.all([first, second]), ['old', 'new']);
  });

  it('callers that arrive while the tokens of a load are read join it', async () => {
    const world = new World();
    const cache = world.cache();
    const loader = new HeldLoader();
    const reading = world.store.hold('read');
    const first = cache.getOrSet('k', loader.load);
    await reading.arrived;
    const capture = world.store.hold('read');
    reading.release();
    await capture.arrived;
    const second = cache.getOrSet('k', loader.load);
    await turns();
    capture.release();
    (await loader.call()).resolve('v');
    assert.deepEqual(await Promise.all([first, second]), ['v', 'v']);
    assert.equal(loader.count, 1);
  });
});

describe('leases with lost answers', () => {
  it('a lease whose answer was lost prevents no other process from loading', async () => {
    const world = new World();
    world.store.break('lost', ['acquireLease']);
    const loader = new HeldLoader();
    const call = world.cache({ lease: 'cluster' }).getOrSet('k', loader.load);
    const { resolve } = await loader.call();
    await turns();
    const elsewhere = world.cache({ lease: 'cluster' }, world.raw);
    assert.equal(
      await world.after(
        0,
        elsewhere.getOrSet('k', async () => 'elsewhere'),
      ),
      'elsewhere',
    );
    resolve('v');
    await call;
  });

  it('a lease whose answer came too late prevents no other process from loading', async () => {
    const world = new World();
    const acquiring = world.store.hold('acquireLease');
    const loader = new HeldLoader();
    const call = world.cache({ lease: 'cluster', hardTimeout: 400 }).getOrSet('k', loader.load);
    await acquiring.arrived;
    await world.pass(100);
    const { resolve } = await loader.call();
    acquiring.release();
    await turns();
    const elsewhere = world.cache({ lease: 'cluster' }, world.raw);
    assert.equal(
      await world.after(
        0,
        elsewhere.getOrSet('k', async () => 'elsewhere'),
      ),
      'elsewhere',
    );
    resolve('v');
    await call;
  });

  it('a lease tells waiting processes that its load has exceeded loadTimeout', async () => {
    const world = new World();
    const options = { lease: 'cluster', loadTimeout: 50 };
    const loader = new HeldLoader();
    const call = outcomeOf(world.cache(options).getOrSet('k', loader.load));
    await loader.call();
    const waiting = world.cache(options, world.raw).getOrSet('k', unwanted);
    assert.equal(codeOf(await world.after(150, waiting)), 'E_OPERATION_TIMEOUT');
    assert.ok('error' in (await call));
  });
});

it('a loader that asks for its own key without end is refused with mode off too', async () => {
  const cache = new World().cache({ mode: 'off' });
  let loads = 0;
  const load = (): Promise<unknown> => {
    loads++;
    return cache.getOrSet('k', load);
  };
  await assert.rejects(load(), { name: 'ArgumentError' });
  assert.ok(loads < 5);
});

describe('hardTimeout', () => {
  it('hardTimeout bounds the wait for the tokens of a load that another caller started', async () => {
    const world = new World();
    const cache = world.cache();
    const loader = new HeldLoader();
    const reading = world.store.hold('read');
    const first = outcomeOf(cache.getOrSet('k', loader.load));
    await reading.arrived;
    const capture = world.store.hold('read');
    reading.release();
    await capture.arrived;
    const call = cache.getOrSet('k', loader.load, { hardTimeout: 100 });
    assert.equal(codeOf(await world.after(100, call)), 'E_OPERATION_TIMEOUT');
    capture.release();
    (await loader.call(2)).resolve('v');
    loader.calls[0]?.resolve('v');
    await first;
  });

  it('hardTimeout bounds all steps of a call together', async () => {
    const world = new World();
    await world.cache({ grace: '1h' }).set('k', 'v', { tags: ['t'] });
    const { clock } = world;
    let isSlow = true;
    const slow = new Proxy(world.store, {
      get: (store, name) => {
        const member: unknown = Reflect.get(store, name, store);
        if (typeof member !== 'function') return member;
        const run = (given: unknown[]) => Reflect.apply(member, store, given);
        return (...given: unknown[]) =>
          isSlow ? new Promise((resolve) => clock.schedule(24, () => resolve(run(given)))) : run(given);
      },
    });
    const cache = world.cache({}, slow);
    world.store.break('refusing', ['invalidate']);
    const other = outcomeOf(cache.delete('other'));
    await world.pass(30);
    await other;
    const outcome = await world.after(100, cache.get('k', { hardTimeout: 100 }));
    isSlow = false;
    await world.pass(24);
    assert.equal(outcome, undefined);
  });

  it.each(['get', 'getEntry', 'getMany', 'getOrSet', 'getOrSetMany', 'explain'] as const)(
    'hardTimeout bounds a schema in %s',
    async (name) => {
      const world = new World();
      await world.cache().set('k', 'v');
      const cache = world.cache({ schema: hanging, hardTimeout: 100 });
      const calls = {
        get: () => cache.get('k'),
        getEntry: () => cache.getEntry('k'),
        getMany: () => cache.getMany(['k']),
        getOrSet: () => cache.getOrSet('k', async () => 'new'),
        getOrSetMany: () => cache.getOrSetMany(['k'], async () => [['k', 'new']]),
        explain: () => cache.explain('k'),
      };
      assert.notEqual(await world.after(100, calls[name]()), 'nothing yet');
    },
  );

  it('loadTimeout ends a load whose schema does not answer for the loaded value', async () => {
    const world = new World();
    const cache = world.cache({ schema: hanging, loadTimeout: 100 });
    const outcome = await world.after(
      100,
      cache.getOrSet('k', async () => 'new'),
    );
    assert.equal(codeOf(outcome), 'E_OPERATION_TIMEOUT');
  });

  it('hardTimeout leaves a loader its time when a schema does not answer for the stale value', async () => {
    const world = new World();
    await world.cache({ grace: '1h' }).set('k', 'stale', { expire: 30 });
    await world.pass(30);
    const validate = (value: unknown) => (value === 'stale' ? new Promise(() => undefined) : { value });
    const schema = { '~standard': { version: 1, vendor: 'test', validate } };
    const cache = world.cache({ grace: '1h', schema, hardTimeout: 100 });
    assert.equal(
      await world.after(
        99,
        cache.getOrSet('k', async () => 'new'),
      ),
      'new',
    );
  });

  it('hardTimeout and the signal end explain', async () => {
    const world = new World();
    const cache = world.cache();
    world.store.break('frozen');
    const controller = new AbortController();
    const aborted = outcomeOf(cache.explain('k', { signal: controller.signal }));
    const bounded = world.after(100, cache.explain('k', { hardTimeout: 100 }));
    assert.notEqual(await bounded, 'nothing yet');
    controller.abort();
    const outcome = await aborted;
    assert.equal('error' in outcome && codeOf(outcome.error), 'E_ABORTED');
  });
});
