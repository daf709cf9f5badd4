import { ArgumentError } from '../../../interfaces/errors.js';
import type { Carried } from '../../../interfaces/fenced-store.js';
import { MAX_KEY_BYTES } from '../../foundation/arguments/key.js';
import { encodeKey } from '../../foundation/codecs/values/cache-key.js';
import { describe } from '../../foundation/describe.js';
import type { ValueEdition } from '../wire/editions.js';
import type { Envelope } from '../wire/envelope.js';

/**
 * Names in the store for keys, tags and the namespace itself. A namespace contains neither `:` nor `!`, so names of two
 * namespaces never overlap.
 */
export class KeyNames {
  /** Prefix of all entries of the namespace. */
  readonly prefix: string;
  /** Generation of the namespace, read where its entries are: advancing it everywhere clears everything. */
  readonly namespace: string;
  /** Generation that advances with every tag: a load that learns its tags late can tell that it may be outdated. */
  readonly anyTag: string;
  readonly #namespace: string;
  readonly #carriesTags: boolean;
  readonly #maxBytes: number;
  readonly #maxTagBytes: number;

  /** @param carriesTags  `false` when values are stored bare, without room for tags and generations. */
  constructor(namespace: string, carriesTags: boolean) {
    this.#carriesTags = carriesTags;
    this.#namespace = namespace;
    this.prefix = `${namespace}:`;
    this.namespace = `${namespace}!n`;
    this.anyTag = `${namespace}!a`;
    const bytes = Buffer.byteLength(namespace);
    this.#maxBytes = MAX_KEY_BYTES - bytes - 1;
    this.#maxTagBytes = MAX_KEY_BYTES - bytes - 3;
  }

  /** Name of a key's entry. @throws {ArgumentError} for an invalid key. */
  entry(key: unknown): string {
    if (key === undefined) throw new ArgumentError('expected a key, got undefined');
    return this.prefix + encodeKey(key, this.#maxBytes);
  }

  /** Key under which the holder of a lease leaves the error of its load; each edition has its own. */
  failure(entry: string, edition: ValueEdition): string {
    const key = entry.slice(this.prefix.length);
    const { version, codec } = edition;
    const own = isPlain(edition) ? key : [key, version, codec.id];
    return `${this.#namespace}!e${encodeKey(own, this.#maxTagBytes)}`;
  }

  /**
   * Name whose lease a load takes: that of the entry, or, for an edition of its own, that of its failures, because no
   * load has a use for what another edition loads.
   */
  lease(entry: string, edition: ValueEdition): string {
    return isPlain(edition) ? entry : this.failure(entry, edition);
  }

  /** Name of a tag's generation. @throws {ArgumentError} for an invalid tag. */
  tag(tag: unknown): string {
    if (typeof tag !== 'string' || tag === '')
      throw new ArgumentError(`expected a tag, got ${describe(tag)}`);
    return `${this.#namespace}!t${encodeKey(tag, this.#maxTagBytes)}`;
  }

  /** @throws {ArgumentError} for invalid tags, or when values carry none. */
  checkTags(tags: readonly unknown[]): void {
    for (const tag of tags) this.tag(tag);
    if (this.#carriesTags) return;
    throw new ArgumentError('tags conflict with envelope: none, which does not store tags');
  }

  /** Generations of tags. */
  generations(tags: readonly string[]): readonly string[] {
    return tags.map((tag) => this.tag(tag));
  }

  /** Scope that a read asks for: none for bare values, which do not name their generation. */
  get readScope(): string | undefined {
    return this.#carriesTags ? this.namespace : undefined;
  }

  /**
   * Generations that the envelopes of a key carry, the same token of one only once, and the version of the namespace's
   * values, as the store is told: none when the key has values of several.
   */
  carried(envelopes: readonly Pick<Envelope, 'namespaceGeneration' | 'tags' | 'version'>[]): Carried {
    const [first, ...others] = envelopes;
    const generations = new Map<string, string>();
    for (const { namespaceGeneration, tags } of envelopes) {
      for (const { tag, generation } of tags) generations.set(this.tag(tag), generation);
      if (namespaceGeneration !== undefined) generations.set(this.namespace, namespaceGeneration);
    }
    return {
      generations: Array.from(generations, ([name, token]) => ({ name, token })),
      edition: first && others.length === 0 ? { of: this.namespace, name: first.version } : undefined,
    };
  }
}

/** `true` for values without a version in the codec of most caches: their leases are as they were before editions. */
function isPlain({ version, codec }: ValueEdition): boolean {
  return version === '' && codec.id === 'json';
}
