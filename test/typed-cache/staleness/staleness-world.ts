import { setImmediate } from 'node:timers/promises';
import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import type { TypedCacheOptions } from '../../../src/implements/typed-cache/policy/component-options.js';
import { TypedCache } from '../../../src/implements/typed-cache/typed-cache.js';
import type { ICache } from '../../../src/interfaces/cache.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import type { IFencedStore } from '../../../src/interfaces/fenced-store.js';
import { FaultyStore, plainCache } from '../../subjects/typed-cache/faulty-store.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';

/** Pseudo-random numbers, reproducible by their seed. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  is(probability: number): boolean {
    return this.next() < probability;
  }

  /** Some turns of the event loop, or none. */
  async turns(most: number): Promise<void> {
    for (let left = this.below(most + 1); left > 0; left -= 1) await setImmediate();
  }
}

/** A value, and which state of the source it shows. */
export interface Shown {
  readonly version: number;
  /** Makes a value large enough to be compressed. */
  readonly padding?: string;
}

/** Kind of world. */
export interface WorldOptions {
  /** `true` for a store without fences. */
  readonly plain: boolean;
  readonly caches: number;
  /**
   * `true` for a store that also executes calls in any order, those too whose answer it has lost; and for values whose
   * work takes a while before they are sent.
   */
  readonly unordered?: boolean;
}

export const KEYS = ['a', 'b'] as const;
export type Key = (typeof KEYS)[number];

/** The tag that every value of a key carries. */
export function tagOf(key: Key): string {
  return `tag of ${key}`;
}

/**
 * Caches on one store that answers at random times, in any order, and sometimes fails; and a source whose versions only
 * grow. The seed determines the run.
 */
export class StalenessWorld {
  readonly clock = new ManualClock();
  readonly chance: Chance;
  readonly caches: readonly TypedCache<Shown>[];
  readonly source = new Map<Key, number>(KEYS.map((key) => [key, 0]));
  readonly options: Readonly<Record<string, unknown>>;
  /** `true` while calls of the store fail. */
  fails = false;
  readonly #raw: MemoryCache;
  readonly #unordered: boolean;

  constructor(seed: number, { plain, caches, unordered = false }: WorldOptions) {
    this.#unordered = unordered;
    const chance = new Chance(seed);
    this.chance = chance;
    this.#raw = new MemoryCache({ clock: this.clock, loggerSite: new RecordingLoggerSite() });
    const grace = chance.is(0.6) ? { grace: '5m', graceBackoff: 1 } : {};
    const soft = 'grace' in grace && chance.is(0.4) ? { softTimeout: 5 } : {};
    const lease = !plain && chance.is(0.3) ? { lease: 'cluster', waitTimeout: 50 } : {};
    const use = chance.is(0.3) ? { refreshAhead: 0.3 } : chance.is(0.4) ? { sliding: true } : {};
    const work = unordered ? this.#work() : {};
    this.options = { namespace: 'n', expire: '1m', ...grace, ...soft, ...lease, ...use, ...work };
    const store = plain
      ? plainCache(new FaultyStore(this.#raw, this.clock, Number.MAX_SAFE_INTEGER))
      : this.#raw;
    this.caches = Array.from({ length: caches }, () => this.#cache(store));
  }

  /** A slow loader, which sometimes sets its tag late, and sometimes fails. */
  async load(key: Key, tag: ((tag: string) => void) | undefined): Promise<Shown> {
    const version = this.source.get(key) ?? 0;
    await this.chance.turns(6);
    tag?.(tagOf(key));
    await this.chance.turns(3);
    if (this.chance.is(0.15)) throw new Error('the source is down');
    return { version };
  }

  /** Waits until everything in flight has ended. */
  async rest(): Promise<void> {
    this.fails = false;
    for (let turn = 0; turn < 200; turn += 1) {
      await setImmediate();
      this.clock.advance(turn < 100 ? 1 : 400);
    }
  }

  async close(): Promise<void> {
    for (const cache of this.caches) await cache.close();
    await this.#raw.close();
  }

  #cache(store: ICache): TypedCache<Shown> {
    return new TypedCache<Shown>({
      ...this.options,
      store: this.#slow(store),
      clock: this.clock,
      loggerSite: new RecordingLoggerSite(),
    } as unknown as TypedCacheOptions<Shown>);
  }

  /** Options with which a value takes a while to be sent: compression, or a schema that answers later. */
  #work(): Readonly<Record<string, unknown>> {
    const validate = async (value: unknown): Promise<{ readonly value: unknown }> => {
      await this.chance.turns(3);
      return { value };
    };
    return {
      ...(this.chance.is(0.4) && { compress: 'gzip' }),
      ...(this.chance.is(0.4) && { schema: { '~standard': { version: 1, vendor: 'test', validate } } }),
    };
  }

  #slow<S extends ICache | (ICache & IFencedStore)>(store: S): S {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => this.#later(() => Reflect.apply(member, target, given));
      },
    });
  }

  /**
   * Executes calls immediately and answers later, as one connection does, but with answers in any order. An unordered
   * store executes later too, and a call whose answer is lost maybe long after it has failed.
   */
  async #later(run: () => unknown): Promise<unknown> {
    const fate =
      this.fails && this.chance.is(0.35) ? (this.chance.is(0.5) ? 'not-sent' : 'unknown') : undefined;
    if (this.#unordered && fate === 'unknown')
      void this.chance
        .turns(20)
        .then(run)
        .catch(() => undefined);
    else {
      if (this.#unordered) await this.chance.turns(2);
      const result = fate === 'not-sent' ? undefined : await run();
      await this.chance.turns(2);
      if (fate === undefined) return result;
    }
    throw new ConnectionError('E_CONNECTION_LOST', 'the test has lost the connection', fate ?? 'unknown');
  }
}
