import type { ICache } from '../../../interfaces/cache.js';
import { OperationError } from '../../../interfaces/errors.js';
import type { FencedCache } from '../fenced-cache.js';
import { requireFenced } from '../fenced-cache.js';
import { ForeignEntries } from '../foreign-entries.js';
import { type ForeignPlace, framed, unframed } from '../foreign-value.js';

/** Value of a session that was destroyed: no session has none. */
const TOMBSTONE = new Uint8Array(0);
/** Life of a fence, which must outlive one read and the write after it. */
const FENCE_LIFE = '1m';
/** Attempts of a change against others of the same session. Of those that meet, one wins each time. */
const ATTEMPTS = 100;
const PAGE = 100;

/** New bytes of a session, and their life; 0 for one that is over. */
export interface SessionWrite {
  readonly bytes: Uint8Array;
  readonly lifeMs: number;
}

/** Sessions by id in a part of a cache. A destroyed one leaves a tombstone, which no change replaces. */
export class SessionEntries {
  readonly #store: FencedCache;
  readonly #entries: ForeignEntries;
  readonly #tombstoneMs: number;
  /** Newest change of each session that this process is making. */
  readonly #newest = new Map<string, symbol>();

  constructor(cache: ICache, prefix: string, tombstoneMs: number) {
    this.#store = requireFenced(cache, 'the session store');
    this.#entries = new ForeignEntries(cache, prefix);
    this.#tombstoneMs = tombstoneMs;
  }

  async read(id: string): Promise<Uint8Array | undefined> {
    const place = this.#entries.place(id);
    const { entries } = await this.#store.read({ keys: [place.name], lives: false });
    return living(place, entries[0]?.value);
  }

  /**
   * Replaces the bytes of a session by what a function makes of them; none leaves it as it is. A session that was
   * destroyed, at whatever moment before the write, stays so.
   *
   * @param replaces  `true` when the new bytes do not depend on the present ones: then a newer change of this process,
   *   which came in between, is not undone.
   */
  async change(
    id: string,
    make: (present: Uint8Array | undefined) => SessionWrite | undefined,
    replaces: boolean,
  ): Promise<void> {
    const place = this.#entries.place(id);
    const own = Symbol();
    if (replaces) this.#newest.set(place.name, own);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (attempt > 0 && replaces && this.#newest.get(place.name) !== own) return;
        const { entries } = await this.#store.read({
          keys: [place.name],
          capture: { life: FENCE_LIFE, of: 'all' },
          lives: false,
        });
        const { value = null, fence } = entries[0] ?? {};
        if (value !== null && living(place, value) === undefined) return;
        const next = make(living(place, value));
        if (next === undefined) return;
        if (await this.#write(place, next, { fence: fence ?? '', advance: true })) return;
      }
    } finally {
      if (this.#newest.get(place.name) === own) this.#newest.delete(place.name);
    }
    throw new OperationError(
      'E_OPERATION_REFUSED',
      `a session was changed by others ${ATTEMPTS} times: it is as they left it`,
      'refused',
      { reason: 'CONFLICT' },
    );
  }

  /** Ends a session, and whatever is on its way to it. */
  async destroy(id: string): Promise<void> {
    await this.#write(this.#entries.place(id), { bytes: TOMBSTONE, lifeMs: 0 });
  }

  /** Lists the sessions that live, by their ids. */
  async all(): Promise<[id: string, bytes: Uint8Array][]> {
    const found: [string, Uint8Array][] = [];
    for await (const ids of this.#pages()) {
      const places = ids.map((id) => this.#entries.place(id));
      const { entries, failure } = await this.#store.read({
        keys: places.map(({ name }) => name),
        lives: false,
      });
      if (failure !== undefined) throw failure;
      places.forEach((place, index) => {
        const bytes = living(place, entries[index]?.value);
        if (bytes !== undefined) found.push([ids[index] as string, bytes]);
      });
    }
    return found;
  }

  /** Ends all sessions. */
  async clear(): Promise<void> {
    for await (const ids of this.#pages()) await Promise.all(ids.map((id) => this.destroy(id)));
  }

  async #write(
    place: ForeignPlace,
    { bytes, lifeMs }: SessionWrite,
    fence?: { fence: string; advance: true },
  ): Promise<boolean> {
    const [value, life] = lifeMs === 0 ? [TOMBSTONE, this.#tombstoneMs] : [bytes, lifeMs];
    return (await this.#store.write(place.name, framed(place, value), life, fence)) === 'stored';
  }

  async *#pages(): AsyncGenerator<string[], void> {
    let page: string[] = [];
    for await (const id of this.#entries.keys()) {
      page.push(id);
      if (page.length < PAGE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  }
}

/** Bytes of a session that lives; `undefined` for a tombstone, and for none. */
function living(place: ForeignPlace, value: Uint8Array | null | undefined): Uint8Array | undefined {
  const bytes = unframed(place, value);
  return bytes === undefined || bytes.byteLength === 0 ? undefined : bytes;
}
