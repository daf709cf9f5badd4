import assert from 'node:assert/strict';
import type { CacheKey, LoadManyContext } from '../../../src/interfaces/typed-cache.js';
import { eventually, settlesWithin } from '../../support/time/eventually.js';
import { HeldLoader, outcomeOf, unwanted } from './loading.js';
import { passing, turns } from './passing.js';
import { law, type TypedLaw } from './subject.js';

type Pairs = Iterable<readonly [CacheKey, unknown]>;

/** A loader of many keys whose calls are pending until the law settles each of them. */
class HeldManyLoader {
  readonly #held = new HeldLoader<Pairs>();
  readonly asked: (readonly CacheKey[])[] = [];
  readonly contexts: LoadManyContext<CacheKey, unknown>[] = [];

  // biome-ignore lint/suspicious/noExplicitAny: a loader of whatever keys.
  readonly load = (missing: readonly any[], context: LoadManyContext<any, any>): Promise<any> => {
    this.asked.push(missing);
    this.contexts.push(context);
    return this.#held.load(undefined as never);
  };

  async call(number = 1): Promise<{ resolve(pairs: Pairs): void; reject(error: unknown): void }> {
    return this.#held.call(number);
  }
}

const ok = (value: unknown) => ({ status: 'fulfilled', value });

export const manyLaws: readonly TypedLaw[] = [
  law('one loader call loads the missing keys, and no key that is cached', async (open) => {
    const { cache } = await open();
    await cache.set('b', 'stored');
    await cache.set('d', null);
    const loader = new HeldManyLoader();
    const call = cache.getOrSetMany(['a', 'b', 'c', 'd', 'a'], loader.load);
    (await loader.call()).resolve([
      ['c', 3],
      ['a', 1],
    ]);
    assert.deepEqual(await call, [ok(1), ok('stored'), ok(3), ok(null), ok(1)]);
    assert.deepEqual(loader.asked, [['a', 'c']]);
    assert.deepEqual(await cache.getMany(['a', 'c']), [1, 3]);
    assert.deepEqual(await cache.getOrSetMany(['c', 'a'], unwanted), [ok(3), ok(1)]);
    assert.deepEqual(await cache.getOrSetMany([], unwanted), []);
  }),
  law('keys that are already being loaded are joined and not loaded again', async (open) => {
    const { cache } = await open();
    const [single, many] = [new HeldLoader(), new HeldManyLoader()];
    const one = cache.getOrSet('a', single.load);
    const first = await single.call();
    const two = cache.getOrSetMany(['a', 'b'], many.load);
    const second = await many.call();
    const three = cache.getOrSetMany(['b', 'a'], unwanted);
    const four = cache.getOrSet('b', unwanted);
    await turns();
    first.resolve('A');
    second.resolve([['b', 'B']]);
    assert.equal(await one, 'A');
    assert.deepEqual(await two, [ok('A'), ok('B')]);
    assert.deepEqual(await three, [ok('B'), ok('A')]);
    assert.equal(await four, 'B');
    assert.deepEqual(many.asked, [['b']]);
  }),
  law('a key that fails in its loader is one failure, and the other keys are stored', async (open) => {
    const { cache } = await open();
    const failure = new Error('b is down');
    const results = await cache.getOrSetMany(['a', 'b', 'c'], async (_, { fail }) => {
      fail('b', failure);
      return [
        ['a', 1],
        ['c', 3],
      ];
    });
    assert.deepEqual(results, [ok(1), { status: 'rejected', reason: failure }, ok(3)]);
    assert.deepEqual(await cache.getMany(['a', 'b', 'c']), [1, undefined, 3]);
  }),
  law('a bulk loader that rejects fails the keys that it was to load, and no other key', async (open) => {
    const { cache } = await open();
    await cache.set('a', 1);
    const single = new HeldLoader();
    const other = cache.getOrSet('d', single.load);
    const one = await single.call();
    const failure = new Error('down');
    const call = cache.getOrSetMany(['a', 'b', 'c', 'd'], () => {
      throw failure;
    });
    await turns();
    one.resolve('D');
    const rejected = { status: 'rejected', reason: failure };
    assert.deepEqual(await call, [ok(1), rejected, rejected, ok('D')]);
    assert.equal(await other, 'D');
    assert.equal(await cache.getOrSet('b', async () => 'again'), 'again');
  }),
  law(
    'a key that the loader leaves out has no value, and a key that was not asked for is not stored',
    async (open) => {
      const { cache } = await open();
      const load = async () => [['a', 1] as const, ['stranger', 2] as const];
      assert.deepEqual(await cache.getOrSetMany(['a', 'b'], load as never), [ok(1), ok(undefined)]);
      assert.equal(await cache.get('stranger'), undefined);
      assert.equal(await cache.get('b'), undefined);
    },
  ),
  law(
    'structured keys reach the loader as they were written, and are recognised in its answer',
    async (open) => {
      const { cache } = await open();
      const keys = [{ id: 1, of: 'x' }, ['y', 2], 3] as CacheKey[];
      const results = await cache.getOrSetMany(keys, async (missing) => {
        assert.deepEqual(missing, keys);
        return [
          [{ of: 'x', id: 1 } as CacheKey, 'one'] as const,
          [['y', 2] as CacheKey, 'two'] as const,
          [3 as CacheKey, 'three'] as const,
        ];
      });
      assert.deepEqual(results, [ok('one'), ok('two'), ok('three')]);
      assert.equal(await cache.get({ id: 1, of: 'x' }), 'one');
    },
  ),
  law('an invalidation during a bulk load affects only the keys that it covers', async (open) => {
    const { cache } = await open();
    const loader = new HeldManyLoader();
    const call = cache.getOrSetMany(['a', 'b'], loader.load);
    const one = await loader.call();
    await cache.delete('a');
    one.resolve([
      ['a', 'old'],
      ['b', 'kept'],
    ]);
    assert.deepEqual(await call, [ok('old'), ok('kept')]);
    assert.deepEqual(await cache.getMany(['a', 'b']), [undefined, 'kept']);
  }),
  law('tags, TTL and skip of one key in a bulk load apply to that key only', async (open) => {
    const { cache } = await open({ expire: '1m' });
    await cache.getOrSetMany(['a', 'b', 'c'], async (_, { tag, expire, skip }) => {
      tag('a', 'of a');
      expire('b', '1h');
      skip('c');
      return [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ];
    });
    assert.deepEqual((await cache.getEntry('a'))?.tags, ['of a']);
    assert.ok(((await cache.getEntry('a'))?.remainingMs ?? 0) <= 60_000);
    assert.ok(((await cache.getEntry('b'))?.remainingMs ?? 0) > 3_500_000);
    assert.equal(await cache.get('c'), undefined);
    await cache.invalidateTags('of a');
    assert.deepEqual(await cache.getMany(['a', 'b']), [undefined, 2]);
  }),
  law('a bulk load that fails returns the stale value of each key that has one', async (open) => {
    const opened = await open({ grace: '10m' });
    const { cache } = opened;
    await cache.set('a', 'stale', { expire: 30 });
    await opened.advance(30);
    const results = await cache.getOrSetMany(['a', 'b'], async (missing, { previous }) => {
      assert.deepEqual(missing, ['a', 'b']);
      assert.equal(previous('a')?.value, 'stale');
      assert.equal(previous('b'), undefined);
      throw new Error('down');
    });
    assert.deepEqual(results[0], ok('stale'));
    assert.equal(results[1]?.status, 'rejected');
  }),
  law('a bulk caller that aborts has no effect on the other callers', async (open) => {
    const { cache } = await open();
    const loader = new HeldManyLoader();
    const abort = new AbortController();
    const mine = outcomeOf(cache.getOrSetMany(['a', 'b'], loader.load, { signal: abort.signal }));
    const one = await loader.call();
    const theirs = cache.getOrSet('a', unwanted);
    await eventually('the other joins', () => cache.stats().joined > 0, { everyMs: 1 });
    abort.abort();
    const outcome = await settlesWithin(1000, 'the call that aborted', mine);
    assert.ok('error' in outcome || outcome.value.every(({ status }) => status === 'rejected'));
    assert.equal(loader.contexts[0]?.signal.aborted, false);
    one.resolve([['a', 'A']]);
    assert.equal(await theirs, 'A');
  }),
  law('the signal of a bulk loader aborts when no caller waits for any of its keys', async (open) => {
    const { cache } = await open();
    const loader = new HeldManyLoader();
    const abort = new AbortController();
    const mine = outcomeOf(cache.getOrSetMany(['a', 'b'], loader.load, { signal: abort.signal }));
    const one = await loader.call();
    assert.equal(loader.contexts[0]?.signal.aborted, false);
    abort.abort();
    await mine;
    assert.equal(loader.contexts[0]?.signal.aborted, true);
    one.reject(new Error('aborted'));
  }),
  law(
    'a bulk loader that asks for one of its keys is refused with an error that names the key',
    async (open) => {
      const opened = await open();
      const { cache } = opened;
      const call = cache.getOrSetMany(['own', 'b'], async () => {
        await cache.getOrSet('own', async () => 'v');
        return [];
      });
      const results = await passing(opened, 1000, 'a call that waits for itself', call);
      for (const result of results) {
        assert.equal(result.status, 'rejected');
        assert.match(String(result.reason), /own/);
      }
    },
  ),
];
