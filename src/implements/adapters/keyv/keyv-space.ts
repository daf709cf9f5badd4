import type { ICache } from '../../../interfaces/cache.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../../foundation/describe.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignBytes, foreignText } from '../foreign-text.js';
import type { ForeignPlace } from '../foreign-value.js';

const PREFIX = 'keyv';
const REMEDY = 'leave the serializer of Keyv on, which makes text';

/** Value of Keyv, with the life that remains in milliseconds. */
export interface KeyvWrite {
  readonly place: ForeignPlace;
  readonly text: unknown;
  readonly lifeMs: number;
}

/** Part of a cache that one Keyv uses, and its namespace. */
export class KeyvSpace {
  readonly expireMs: number;
  readonly #whole: ForeignEntries;
  #entries: ForeignEntries;
  #namespace: string | undefined;

  constructor(cache: ICache, options: AdapterOptions = {}) {
    const { prefix, expireMs } = adapterOptions(options, PREFIX);
    this.expireMs = expireMs;
    this.#whole = new ForeignEntries(cache, prefix);
    this.#entries = this.#whole;
  }

  get namespace(): string | undefined {
    return this.#namespace;
  }

  get entries(): ForeignEntries {
    return this.#entries;
  }

  /** Takes the namespace that Keyv assigns; another one later would move a Keyv to keys of a second one. */
  setNamespace(namespace: unknown): void {
    if (namespace === this.#namespace) return;
    if (typeof namespace !== 'string' || !namespace.isWellFormed())
      throw new ArgumentError(`expected a namespace as a string, got ${describe(namespace)}`);
    if (this.#namespace !== undefined) {
      throw new ArgumentError(
        'expected one namespace for a store, got a second one: make a store for each Keyv',
      );
    }
    this.#namespace = namespace;
    this.#entries = namespace === '' ? this.#whole : this.#whole.within(namespace);
  }

  async read(place: ForeignPlace): Promise<string | undefined> {
    return textOrNone(await this.#entries.read(place));
  }

  async readMany(places: readonly ForeignPlace[]): Promise<(string | undefined)[]> {
    return (await this.#entries.readMany(places)).map(textOrNone);
  }

  async write({ place, text, lifeMs }: KeyvWrite): Promise<boolean> {
    return this.#entries.write(place, foreignBytes(text, REMEDY), lifeMs);
  }

  /** Removes places; one result each. */
  async removeMany(places: readonly ForeignPlace[]): Promise<boolean[]> {
    return Promise.all(places.map((place) => this.#entries.remove(place)));
  }

  async writeMany(writes: readonly KeyvWrite[]): Promise<boolean[]> {
    for (const { text } of writes) foreignBytes(text, REMEDY); // All are checked before the first is sent.
    return Promise.all(writes.map((write) => this.write(write)));
  }
}

function textOrNone(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : foreignText(bytes);
}
