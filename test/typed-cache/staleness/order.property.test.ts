import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import { CAMPAIGN_TIMEOUT_MS, times } from '../../support/redis/stage/runs.js';
import { KEYS, type Key, type Shown, StalenessWorld, tagOf } from './staleness-world.js';

/**
 * Calls of one process on one key take effect in the order in which they were made, none of them awaited, whatever work
 * each has, over a store that executes and answers in any order.
 */

const RUNS = times(60, 5000);
const STEPS = 25;

const CHANGES = ['set', 'set', 'set', 'setMany', 'delete', 'deleteMany', 'expire', 'tags', 'clear'] as const;
type Way = (typeof CHANGES)[number];

/** Changes of all keys. */
const WIDE: ReadonlySet<Way> = new Set(['setMany', 'deleteMany', 'tags', 'clear'] as const);

/** Number that marks values of loaders, so that they differ from those that were set. */
const LOADED = 1_000_000;

/** A change of a key, in the order of the calls. */
interface Change {
  readonly way: Way;
  readonly version: number;
  /** `undefined` while it is in flight; a set that answered `true`, or an invalidation that resolved, has succeeded. */
  outcome: 'succeeded' | 'failed' | undefined;
}

/** A read, and the last change of its key that had succeeded when it began; -1 for none. */
interface Watched {
  readonly key: Key;
  readonly solid: number;
}

class Run {
  readonly #world: StalenessWorld;
  readonly #cache: TypedCache<Shown>;
  readonly #fails: boolean;
  readonly #changes = new Map<Key, Change[]>(KEYS.map((key) => [key, []]));
  readonly #calls: Promise<unknown>[] = [];
  readonly #wrong: string[] = [];
  /** Number of changes that were called when each call began that has loaded a key. */
  readonly #loads = new Map<Key, number[]>(KEYS.map((key) => [key, []]));
  #version = 0;

  constructor(world: StalenessWorld, fails: boolean) {
    this.#world = world;
    this.#cache = world.caches[0] as TypedCache<Shown>;
    this.#fails = fails;
  }

  async run(): Promise<readonly string[]> {
    const { chance } = this.#world;
    for (let step = 0; step < STEPS; step += 1) {
      const what = chance.next();
      const key = KEYS[chance.below(KEYS.length)] as Key;
      if (what < 0.5) this.#change(CHANGES[chance.below(CHANGES.length)] as Way, key);
      else if (what < 0.95) this.#read(key);
      else this.#world.fails = this.#fails && !this.#world.fails;
      if (chance.is(0.4)) await chance.turns(5);
    }
    await this.#world.rest();
    await Promise.allSettled(this.#calls);
    for (const key of KEYS) await this.#checkEnd(key);
    return this.#wrong;
  }

  #change(way: Way, key: Key): void {
    this.#version += 1;
    const version = this.#version;
    const covered = WIDE.has(way) ? KEYS : [key];
    const change: Change = { way, version, outcome: undefined };
    for (const one of covered) this.#changes.get(one)?.push(change);
    const end = (succeeded: boolean): void => {
      change.outcome = succeeded ? 'succeeded' : 'failed';
    };
    this.#calls.push(
      this.#said(way, key, version).then(
        (answer) => end(!isSet(change) || answer === true),
        () => end(false),
      ),
    );
  }

  #said(way: Way, key: Key, version: number): Promise<unknown> {
    const shown = { version, ...(this.#world.chance.is(0.4) && { padding: 'x'.repeat(5000) }) };
    switch (way) {
      case 'set':
        return this.#cache.set(key, shown, { tags: [tagOf(key)] });
      case 'setMany': {
        const entries = KEYS.map((one) => [one, shown] as const);
        return this.#cache.setMany(entries, { tags: KEYS.map(tagOf) });
      }
      case 'delete':
        return this.#cache.delete(key);
      case 'deleteMany':
        return this.#cache.deleteMany(KEYS);
      case 'expire':
        return this.#cache.expire(key);
      case 'tags':
        return this.#cache.invalidateTags(...KEYS.map(tagOf));
      case 'clear':
        return this.#cache.clear();
    }
  }

  #read(key: Key): void {
    const changes = this.#changes.get(key) ?? [];
    const began = changes.length;
    const watched = { key, solid: changes.findLastIndex(({ outcome }) => outcome === 'succeeded') };
    const what = this.#world.chance.next();
    const options = { tags: [tagOf(key)] };
    const load = (): Promise<Shown> => this.#load(key, began);
    let call: Promise<Shown | null | undefined>;
    if (what < 0.3) call = this.#cache.get(key);
    else if (what < 0.8) call = this.#cache.getOrSet(key, load, options);
    else {
      const loads = async (keys: readonly Key[]) =>
        Promise.all(keys.map(async (one) => [one, await this.#load(one, began)] as const));
      const many = this.#cache.getOrSetMany([key], loads, options);
      call = many.then(([result]) => (result?.status === 'fulfilled' ? result.value : undefined));
    }
    this.#calls.push(call.then((shown) => this.#checkRead(watched, shown ?? undefined)));
  }

  async #load(key: Key, began: number): Promise<Shown> {
    this.#loads.get(key)?.push(began);
    await this.#world.chance.turns(6);
    return { version: LOADED + began };
  }

  /** While sets only are in flight, a key that has a value shows the old one or a new one. */
  #checkRead({ key, solid }: Watched, shown: Shown | undefined): void {
    if (this.#fails) return;
    const changes = this.#changes.get(key) ?? [];
    const since = changes.slice(solid);
    if (solid < 0 || !since.every(isSet)) return;
    if (since.some(({ version }) => version === shown?.version)) return;
    this.#wrong.push(`a read of ${key} during sets gave ${shown?.version}`);
  }

  /** Once everything has settled, the last change has the last word, and a load after it stays. */
  async #checkEnd(key: Key): Promise<void> {
    const changes = this.#changes.get(key) ?? [];
    const last = changes.at(-1);
    if (last === undefined) return;
    const entry = await this.#cache.getEntry(key);
    const fresh = entry?.state === 'fresh' ? entry.value.version : undefined;
    const told = `after ${changes.map(({ way, outcome }) => `${way} ${outcome}`)}`;
    const earlier = changes.slice(0, -1).some(({ version }) => version === fresh);
    if (last.outcome === 'succeeded' && earlier) this.#wrong.push(`${key} has an earlier value ${told}`);
    if (this.#fails) return;
    if (isSet(last) && fresh !== last.version) this.#wrong.push(`${key} lost its value to ${fresh} ${told}`);
    // A set that its schema checks until after an invalidation removes its key then.
    if (this.#world.options.schema !== undefined) return;
    const late = this.#loads.get(key)?.filter((began) => began === changes.length) ?? [];
    if (late.length > 1) this.#wrong.push(`${key} was loaded ${late.length} times ${told}`);
    if (late.length === 1 && fresh === undefined) this.#wrong.push(`a load of ${key} did not stay ${told}`);
  }
}

function isSet({ way }: Change): boolean {
  return way === 'set' || way === 'setMany';
}

describe('order of overlapping calls', () => {
  it.each([
    ['over a store that answers in any order', { plain: false, unordered: false, fails: false }],
    ['over a store that executes in any order', { plain: false, unordered: true, fails: false }],
    ['over a store without fences', { plain: true, unordered: true, fails: false }],
    ['over a store that loses answers', { plain: false, unordered: true, fails: true }],
  ])(
    'calls of one process on one key take effect in the order of the calls %s',
    async (_, { plain, unordered, fails }) => {
      for (let run = 0; run < RUNS; run += 1) {
        const world = new StalenessWorld(run, { plain, caches: 1, unordered });
        const wrong = await new Run(world, fails).run();
        await world.close();
        assert.deepEqual(wrong, [], `run ${run} with ${JSON.stringify(world.options)}`);
      }
    },
    CAMPAIGN_TIMEOUT_MS,
  );
});
