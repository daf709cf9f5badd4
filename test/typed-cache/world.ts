import { afterEach } from 'vitest';
import { MemoryCache } from '../../src/implements/cache/memory/memory-cache.js';
import type { TypedCacheOptions } from '../../src/implements/typed-cache/policy/component-options.js';
import { TypedCache } from '../../src/implements/typed-cache/typed-cache.js';
import type { ICache } from '../../src/interfaces/cache.js';
import { turns } from '../contract/typed-cache/passing.js';
import { FaultyStore } from '../subjects/typed-cache/faulty-store.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { ManualClock } from '../support/time/manual-clock.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Options = Readonly<Record<string, unknown>>;

/** A store that fails on request, caches on it, and a manual clock; closed after each test. */
export class World {
  readonly clock = new ManualClock();
  readonly raw = new MemoryCache({ clock: this.clock, loggerSite: new RecordingLoggerSite() });
  readonly store = new FaultyStore(this.raw, this.clock, 1_000_000);
  readonly #caches: TypedCache[] = [];

  constructor() {
    closing.push(async () => {
      await this.store.close();
      for (const cache of this.#caches) await cache.close();
      await this.raw.close();
    });
  }

  cache(options: Options = {}, store: ICache = this.store): TypedCache {
    const cache = new TypedCache({
      namespace: 'typed',
      expire: '1m',
      ...options,
      store,
      clock: this.clock,
      loggerSite: options.loggerSite ?? new RecordingLoggerSite(),
    } as unknown as TypedCacheOptions);
    this.#caches.push(cache);
    return cache;
  }

  /** Lets time pass in small steps, each with all that it starts. */
  async pass(ms: number): Promise<void> {
    await turns();
    for (let passed = 0; passed < ms; passed += 1) {
      this.clock.advance(1);
      await turns();
    }
  }

  /** Outcome of a call after some time has passed; `nothing yet` while it is pending. */
  async after(ms: number, call: Promise<unknown>): Promise<unknown> {
    let outcome: unknown = 'nothing yet';
    call.then(
      (value) => {
        outcome = value;
      },
      (error) => {
        outcome = error;
      },
    );
    await this.pass(ms);
    return outcome;
  }
}

/** A schema whose validation never settles. */
export const hanging = {
  '~standard': { version: 1, vendor: 'test', validate: () => new Promise(() => undefined) },
};
/** A loader that fails. */
export const failing = () => Promise.reject(new Error('the source is down'));

/** The code of an error, if it is one of ours. */
export function codeOf(outcome: unknown): unknown {
  return (outcome as { readonly code?: unknown } | undefined)?.code;
}
