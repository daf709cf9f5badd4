import { ArgumentError } from '../../../interfaces/errors.js';
import { MAX_KEY_BYTES } from '../../foundation/arguments/key.js';
import { describe } from '../../foundation/describe.js';
import { encodeKey } from '../wire/key.js';

/**
 * How keys, tags and the namespace itself are called in the store. A namespace has neither `:` nor `!` in it, so the
 * names of two namespaces never meet.
 */
export class KeyNames {
  /** What every entry of the namespace begins with. */
  readonly prefix: string;
  /** Generation of the namespace: advancing it clears everything. */
  readonly namespace: string;
  /** A generation that advances with every tag: by it, a load that finds its tags late knows that it may be too late. */
  readonly anyTag: string;
  readonly #namespace: string;
  readonly #maxBytes: number;
  readonly #maxTagBytes: number;

  constructor(namespace: string) {
    this.#namespace = namespace;
    this.prefix = `${namespace}:`;
    this.namespace = `${namespace}!n`;
    this.anyTag = `${namespace}!a`;
    const bytes = Buffer.byteLength(namespace);
    this.#maxBytes = MAX_KEY_BYTES - bytes - 1;
    this.#maxTagBytes = MAX_KEY_BYTES - bytes - 3;
  }

  /** The entry of a key. @throws {ArgumentError} for what is no key. */
  entry(key: unknown): string {
    return this.prefix + encodeKey(key, this.#maxBytes);
  }

  /** Where the holder of a lease leaves the error that its load came to. */
  failure(entry: string): string {
    const key = entry.slice(this.prefix.length);
    return `${this.#namespace}!e${encodeKey(key, this.#maxTagBytes)}`;
  }

  /** The generation of a tag. @throws {ArgumentError} for what is no tag. */
  tag(tag: unknown): string {
    if (typeof tag !== 'string' || tag === '')
      throw new ArgumentError(`expected a tag, got ${describe(tag)}`);
    return `${this.#namespace}!t${encodeKey(tag, this.#maxTagBytes)}`;
  }

  /** The generations that a read needs: that of the namespace, and those of its tags. */
  generations(tags: readonly string[]): readonly string[] {
    return [this.namespace, ...tags.map((tag) => this.tag(tag))];
  }
}
