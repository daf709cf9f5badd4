import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../support/redis/stage/runs.js';
import { KEYS, type Key, type Shown, StalenessWorld, tagOf } from './staleness-world.js';

/**
 * Invalidated values are never returned to later callers, whatever happens concurrently: many calls, replies in any
 * order, loaders that set their tags late, a failing store.
 */

const RUNS = times(40, 5000);
const STEPS = 40;

/** Calls that announce a change of the source. */
const WAYS = ['delete', 'clear', 'set', 'deleteMany', 'invalidateTags'] as const;

class Run {
  readonly #world: StalenessWorld;
  /** Lowest version that each cache may return from now on, by key. */
  readonly #least: readonly Map<Key, number>[];
  /**
   * Changes in flight of each key. Those of one cache take effect in the order of their calls; a set and a change of
   * another cache may take effect in either order.
   */
  readonly #changing = new Map<Key, Set<{ readonly at: number; readonly isSet: boolean }>>(
    KEYS.map((key) => [key, new Set()]),
  );
  readonly #calls: Promise<unknown>[] = [];
  readonly #wrong: string[] = [];
  readonly #fails: boolean;

  constructor(world: StalenessWorld, fails: boolean) {
    this.#world = world;
    this.#fails = fails;
    this.#least = world.caches.map(() => new Map(KEYS.map((key) => [key, 0])));
  }

  async run(): Promise<readonly string[]> {
    const { chance, clock } = this.#world;
    for (let step = 0; step < STEPS && this.#wrong.length === 0; step += 1) {
      const at = chance.below(this.#world.caches.length);
      const what = chance.next();
      if (what < 0.65) this.#ask(at);
      else if (what < 0.9) this.#change(at);
      else if (what < 0.95) this.#world.fails = this.#fails && !this.#world.fails;
      else clock.advance(chance.is(0.3) ? 20_000 : 3);
      if (chance.is(0.5)) await chance.turns(6);
    }
    await this.#world.rest();
    await Promise.allSettled(this.#calls);
    return this.#wrong;
  }

  #ask(at: number): void {
    const { chance, caches } = this.#world;
    const cache = caches[at] as TypedCache<Shown>;
    const key = KEYS[chance.below(KEYS.length)] as Key;
    const late = chance.is(0.5);
    const options = { ...(!late && { tags: [tagOf(key)] }), forceFresh: chance.is(0.1) };
    const what = chance.next();
    if (what < 0.6) {
      const load = ({ tag }: { tag(tag: string): void }) => this.#world.load(key, late ? tag : undefined);
      this.#expect('getOrSet', at, [key], async () => [await cache.getOrSet(key, load, options)]);
    } else if (what < 0.75) this.#expect('getOrSetMany', at, KEYS, () => this.#many(cache));
    else if (what < 0.9) this.#expect('get', at, [key], async () => [await cache.get(key)]);
    else this.#expect('getMany', at, KEYS, () => cache.getMany(KEYS));
  }

  async #many(cache: TypedCache<Shown>): Promise<(Shown | undefined)[]> {
    const results = await cache.getOrSetMany(KEYS, async (missing, { tag, fail }) => {
      const loads = missing.map(async (key) => {
        const shown = await this.#world
          .load(key, (name) => tag(key, name))
          .catch((error) => fail(key, error));
        return [key, shown as Shown] as const;
      });
      return Promise.all(loads);
    });
    return results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  }

  #expect(
    how: string,
    at: number,
    keys: readonly Key[],
    ask: () => Promise<readonly (Shown | null | undefined)[]>,
  ): void {
    const least = keys.map((key) => this.#least[at]?.get(key) ?? 0);
    const look = (values: readonly (Shown | null | undefined)[]): void => {
      for (const [index, value] of values.entries()) {
        const bound = least[index] ?? 0;
        if (value == null || value.version >= bound) continue;
        this.#wrong.push(`${how} of ${keys[index]} gave version ${value.version} after ${bound}`);
      }
    };
    // A loader that fails is nothing to wonder at.
    this.#calls.push(ask().then(look, () => undefined));
  }

  #change(at: number): void {
    const { chance, source, caches } = this.#world;
    const key = KEYS[chance.below(KEYS.length)] as Key;
    const way = WAYS[chance.below(WAYS.length)] as (typeof WAYS)[number];
    const covered: readonly Key[] = way === 'clear' || way === 'deleteMany' ? KEYS : [key];
    const change = { at, isSet: way === 'set' };
    if (covered.some((one) => !this.#mayOverlap(one, change))) return;
    for (const one of covered) this.#changing.get(one)?.add(change);
    const version = (source.get(key) ?? 0) + 1;
    source.set(key, version);
    const shown = covered.map((one) => [one, source.get(one) ?? 0] as const);
    const call = this.#said(caches[at] as TypedCache<Shown>, way, key, version);
    const over = (reached: boolean): void => {
      for (const one of covered) this.#changing.get(one)?.delete(change);
      // While the store fails, each process knows only its own invalidations.
      const caches = reached && !this.#fails ? this.#least : this.#least.slice(at, at + 1);
      for (const least of caches) {
        for (const [one, bound] of shown) least.set(one, Math.max(least.get(one) ?? 0, bound));
      }
    };
    this.#calls.push(
      call.then(
        () => over(true),
        () => over(false),
      ),
    );
  }

  #said(cache: TypedCache<Shown>, way: (typeof WAYS)[number], key: Key, version: number): Promise<unknown> {
    switch (way) {
      case 'delete':
        return cache.delete(key);
      case 'clear':
        return cache.clear();
      case 'deleteMany':
        return cache.deleteMany(KEYS);
      case 'invalidateTags':
        return cache.invalidateTags(tagOf(key));
      case 'set':
        return cache.set(key, { version }, { tags: [tagOf(key)] });
    }
  }

  #mayOverlap(key: Key, change: { readonly at: number; readonly isSet: boolean }): boolean {
    const others = [...(this.#changing.get(key) ?? [])];
    return others.every(({ at, isSet }) => at === change.at || !(isSet || change.isSet));
  }
}

describe('staleness over random histories', () => {
  it.each([
    ['by caches on one store', { plain: false, caches: 2, fails: false }],
    ['by caches on one store that fails now and then', { plain: false, caches: 2, fails: true }],
    [
      'by a cache over a store without fences that fails now and then',
      { plain: true, caches: 1, fails: true },
    ],
  ])(
    'an invalidated value is never served to later callers %s',
    async (_, { plain, caches, fails }) => {
      for (let run = 0; run < RUNS; run += 1) {
        const world = new StalenessWorld(run, { plain, caches });
        const wrong = await new Run(world, fails).run();
        await world.close();
        assert.deepEqual(wrong, [], `run ${run} with ${JSON.stringify(world.options)}`);
      }
    },
    CAMPAIGN_TIMEOUT_MS,
  );
});
