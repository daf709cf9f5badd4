import { createHash } from 'node:crypto';
import type { ICache } from '../../interfaces/cache.js';
import { ArgumentError } from '../../interfaces/errors.js';
import { MAX_KEY_BYTES } from '../foundation/arguments/key.js';
import { literalPattern } from '../foundation/arguments/pattern.js';
import { describe } from '../foundation/describe.js';
import { type ForeignEntry, type ForeignPlace, framed, parted, unframed } from './foreign-value.js';

/** Marks of a short key, which is stored as it is, and of the hash of a long one. */
const SHORT = ':';
const LONG = '#';
const PAGE = 100;

/**
 * Entries of another library in one part of a cache. Its keys are taken literally; one that is too long for the cache
 * is stored under its hash, with the key itself beside the value, and compared whenever it is read.
 */
export class ForeignEntries {
  readonly #cache: ICache;
  readonly #room: string;

  constructor(cache: ICache, room: string) {
    this.#cache = cache;
    this.#room = room;
  }

  /** Part of this one for a namespace, which meets no other: `users` and `usersAbc` are two. */
  within(namespace: string): ForeignEntries {
    // Encoded, a name holds no mark; `=` begins the hash of a long one.
    const encoded = encodeURIComponent(namespace);
    return new ForeignEntries(
      this.#cache,
      `${this.#room}@${encoded.length > 256 ? `=${hashOf(namespace)}` : encoded}`,
    );
  }

  /** ForeignPlace of a key. */
  place(key: string): ForeignPlace {
    if (typeof key !== 'string') throw new ArgumentError(`expected a key as a string, got ${describe(key)}`);
    const name = `${this.#room}${SHORT}${key}`;
    // A UTF-16 code unit takes at most three bytes, so a short key needs no counting.
    if (name.length <= MAX_KEY_BYTES / 3 || Buffer.byteLength(name) <= MAX_KEY_BYTES) return { name };
    if (!key.isWellFormed()) throw new ArgumentError('expected a key, got one with a lone surrogate');
    return { name: `${this.#room}${LONG}${hashOf(key)}`, long: key };
  }

  /** Reads the bytes of a place; `undefined` when it is empty. */
  async read(place: ForeignPlace): Promise<Uint8Array | undefined> {
    return unframed(place, await this.#cache.getValue(place.name));
  }

  /** Reads the bytes of places, in their order. */
  async readMany(places: readonly ForeignPlace[]): Promise<(Uint8Array | undefined)[]> {
    const found = await this.#cache.getValues(places.map(({ name }) => name));
    return places.map((place, index) => unframed(place, found[index]));
  }

  /** Writes bytes; a life of 0 leaves nothing. @returns `false` when the cache refused or degraded. */
  async write(place: ForeignPlace, bytes: Uint8Array, lifeMs: number): Promise<boolean> {
    if (lifeMs !== 0) return this.#cache.setValue(place.name, framed(place, bytes), lifeMs);
    await this.#cache.deleteValue(place.name);
    return true;
  }

  /** @returns `true` when there was an entry. */
  async remove(place: ForeignPlace): Promise<boolean> {
    return this.#cache.deleteValue(place.name);
  }

  /** Tells whether a place has an entry. */
  async has(place: ForeignPlace): Promise<boolean> {
    return place.long === undefined
      ? this.#cache.hasValue(place.name)
      : (await this.read(place)) !== undefined;
  }

  /** Iterates over the entries whose keys begin with a text, in pages. */
  async *entries(start = ''): AsyncGenerator<ForeignEntry, void> {
    for await (const page of this.#pages(start)) {
      const found = await this.#cache.getValues(page);
      for (const [index, name] of page.entries()) {
        const entry = this.#entryOf(name, found[index]);
        if (entry?.[0].startsWith(start)) yield entry;
      }
    }
  }

  /** Iterates over the keys that begin with a text; only those of long ones are read. */
  async *keys(start = ''): AsyncGenerator<string, void> {
    const shorts = `${this.#room}${SHORT}`;
    for await (const name of this.#cache.keys(patternOf(`${shorts}${start}`))) {
      const key = name.slice(shorts.length);
      if (key.startsWith(start)) yield key;
    }
    for await (const page of pagesOf(this.#cache.keys(patternOf(`${this.#room}${LONG}`)))) {
      const found = await this.#cache.getValues(page);
      for (const [index, name] of page.entries()) {
        const key = this.#entryOf(name, found[index])?.[0];
        if (key?.startsWith(start)) yield key;
      }
    }
  }

  /** Removes the entries whose keys begin with a text, and no others. */
  async clear(start = ''): Promise<void> {
    if (start === '') {
      await this.#cache.clear(`${literalPattern(this.#room)}[${SHORT}${LONG}]*`);
      return;
    }
    for await (const page of pagesOf(this.keys(start)))
      await this.#cache.deleteValues(page.map((key) => this.place(key).name));
  }

  async *#pages(start: string): AsyncGenerator<string[], void> {
    yield* pagesOf(this.#cache.keys(patternOf(`${this.#room}${SHORT}${start}`)));
    yield* pagesOf(this.#cache.keys(patternOf(`${this.#room}${LONG}`)));
  }

  #entryOf(name: string, bytes: Uint8Array | null | undefined): ForeignEntry | undefined {
    if (bytes === null || bytes === undefined) return undefined;
    const rest = name.slice(this.#room.length);
    return rest.startsWith(SHORT) ? [rest.slice(SHORT.length), bytes] : parted(bytes);
  }
}

/** Pattern of all names that begin with a text; of a longer one the beginning, so the caller compares. */
function patternOf(text: string): string {
  let start = text;
  while (Buffer.byteLength(literalPattern(start)) >= MAX_KEY_BYTES)
    start = start.slice(0, Math.floor(start.length / 2));
  return `${literalPattern(start.toWellFormed() === start ? start : start.slice(0, -1))}*`;
}

async function* pagesOf<T>(items: AsyncIterable<T>): AsyncGenerator<T[], void> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
