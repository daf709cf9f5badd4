import { ArgumentError } from '../../../interfaces/errors.js';
import type { Carried } from '../../../interfaces/fenced-store.js';
import { MAX_KEY_BYTES } from '../../foundation/arguments/key.js';
import { describe } from '../../foundation/describe.js';
import type { Envelope } from '../wire/envelope.js';
import { encodeKey } from '../wire/key.js';

/**
 * Names in the store for keys, tags and the namespace itself. A namespace contains neither `:` nor `!`, so names of two
 * namespaces never overlap.
 */
export class KeyNames {
  /** Prefix of all entries of the namespace. */
  readonly prefix: string;
  /** Generation of the namespace: advancing it clears everything. */
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

  /** Key under which the holder of a lease leaves the error of its load. */
  failure(entry: string): string {
    const key = entry.slice(this.prefix.length);
    return `${this.#namespace}!e${encodeKey(key, this.#maxTagBytes)}`;
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

  /** Generations that values with these tags depend on: namespace first, then the tags. */
  generations(tags: readonly string[]): readonly string[] {
    return [this.namespace, ...tags.map((tag) => this.tag(tag))];
  }

  /** Generations that a read asks for: none for bare values, which do not name theirs. */
  readGenerations(tags: readonly string[]): readonly string[] {
    return this.#carriesTags ? this.generations(tags) : [];
  }

  /** Generations that an envelope carries, and the version of the namespace's values, as the store is told. */
  carried({
    namespaceGeneration,
    tags,
    version,
  }: Pick<Envelope, 'namespaceGeneration' | 'tags' | 'version'>): Carried {
    const generations = tags.map(({ tag, generation }) => ({ name: this.tag(tag), token: generation }));
    if (namespaceGeneration !== undefined)
      generations.push({ name: this.namespace, token: namespaceGeneration });
    return { generations, edition: { of: this.namespace, name: version } };
  }
}
