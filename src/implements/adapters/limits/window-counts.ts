import { createHash } from 'node:crypto';
import type { CollectionLife } from '../../../interfaces/collection.js';
import type { ICollectionSite } from '../../../interfaces/collection-site.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { MAX_DURATION_MS } from '../../foundation/options/duration.js';

const MAX_NAME_BYTES = 1024;
const PAGE = 100;

/** Hits of a key in its window, and the milliseconds until the window ends. */
export interface WindowCount {
  readonly hits: number;
  readonly remainingMs: number;
}

/**
 * Counts by key, each in a window that begins with its first hit: the step that counts gives the window, so there is
 * no count without an end. Names of the keys of two windows are kept, for `clear`.
 */
export class WindowCounts {
  readonly #collections: ICollectionSite;
  readonly #prefix: string;

  constructor(collections: ICollectionSite, prefix: string) {
    this.#collections = collections;
    this.#prefix = prefix;
  }

  async hit(key: string, windowMs: number): Promise<WindowCount> {
    const counter = this.#counter(key);
    // One round trip: calls of a connection keep their order.
    const [count, seen] = await Promise.all([counter.increment(1, { expire: windowMs }), counter.lifeOf()]);
    if (count === 1n) await this.#remember(key, windowMs);
    const life = seen.state === 'expiring' ? seen : await counter.lifeOf();
    // Below 1 only while a decrement too many is being taken back.
    return { hits: Math.max(1, Number(count)), remainingMs: remainingOf(life) };
  }

  /** Takes a hit back, if there is one: no count is below 0, and none is created. */
  async takeBack(key: string, windowMs: number): Promise<void> {
    const counter = this.#counter(key);
    if ((await counter.value()) <= 0n) return;
    const left = await counter.decrement(1, { expire: windowMs });
    if (left < 0n) await counter.increment(1, { expire: windowMs });
  }

  async look(key: string): Promise<WindowCount | undefined> {
    const counter = this.#counter(key);
    const [count, life] = await Promise.all([counter.value(), counter.lifeOf()]);
    return count <= 0n ? undefined : { hits: Number(count), remainingMs: remainingOf(life) };
  }

  async forget(key: string): Promise<void> {
    await this.#counter(key).delete();
  }

  /** Forgets all keys whose windows have not ended. */
  async clear(windowMs: number): Promise<void> {
    const current = slotOf(windowMs);
    // One later than ours: the clock of another process may be ahead.
    for (const slot of [current - 2, current - 1, current, current + 1]) {
      const names = this.#names(slot);
      let page: string[] = [];
      const forget = async () => {
        const keys = page;
        page = [];
        await Promise.all(keys.map((key) => this.forget(key)));
      };
      for await (const name of names.members()) {
        page.push(typeof name === 'string' ? name : Buffer.from(name).toString());
        if (page.length >= PAGE) await forget();
      }
      await forget();
      await names.delete();
    }
  }

  async #remember(key: string, windowMs: number): Promise<void> {
    const expire = Math.min(3 * windowMs, MAX_DURATION_MS);
    await this.#names(slotOf(windowMs)).add(key, { expire });
  }

  #counter(key: string) {
    const name = `${this.#prefix}:${key}`;
    return this.#collections.getCounter(
      Buffer.byteLength(name) <= MAX_NAME_BYTES
        ? name
        : `${this.#prefix}#${createHash('sha256').update(key).digest('base64url')}`,
    );
  }

  #names(slot: number) {
    return this.#collections.getSet<string | Uint8Array>(`${this.#prefix}@${slot}`);
  }
}

/** Number of the window of the calendar. */
function slotOf(windowMs: number): number {
  return Math.floor(timeOfDayMs() / windowMs);
}

function remainingOf(life: CollectionLife): number {
  return life.state === 'expiring' ? life.remainingMs : 0;
}
