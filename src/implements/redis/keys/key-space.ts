import { literalPattern } from '../../foundation/arguments/pattern.js';
import { hashTag, slotOf, textOfSlot } from './slot.js';

/** Kinds of keys that are not entries. */
export type ReservedKind = 'fence' | 'generation' | 'lease';

const KIND_LETTER: Record<ReservedKind, string> = { fence: 'f', generation: 'g', lease: 'l' };

/**
 * First byte, after the prefix, of every key that is not an entry. Keys of entries are UTF-8, in which this byte never
 * occurs, so the two never collide, whichever keys an application chooses.
 */
const RESERVED = 0xff;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Keys of one component in a database: translates the names that callers use to keys in Redis and back. */
export class KeySpace {
  readonly #prefix: string;
  readonly #prefixBytes: Buffer;
  readonly #prefixHasTag: boolean;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#prefixBytes = Buffer.from(prefix);
    this.#prefixHasTag = hashTag(this.#prefixBytes) !== undefined;
  }

  /** `true` when this space is the whole database. */
  get isWhole(): boolean {
    return this.#prefix === '';
  }

  /** Key of an entry. */
  entry(name: string): string {
    return this.#prefix + name;
  }

  /** Pattern for SCAN that finds the entries whose names match a pattern. */
  pattern(names: string): string {
    return literalPattern(this.#prefix) + names;
  }

  /** Name of an entry; `undefined` for a key that is not an entry of this space. */
  name(key: Buffer): string | undefined {
    const start = this.#prefixBytes.length;
    if (key.length <= start || key[start] === RESERVED) return undefined;
    if (start > 0 && !key.subarray(0, start).equals(this.#prefixBytes)) return undefined;
    try {
      return decoder.decode(start === 0 ? key : key.subarray(start));
    } catch {
      return undefined; // Not UTF-8: the key of another program.
    }
  }

  /** Key of a fence, a generation or a lease, in the slot of the entry of that name. */
  reserved(kind: ReservedKind, name: string): Buffer {
    const tag = this.#prefixHasTag ? '' : `{${this.#slotText(name)}}`;
    const head = Buffer.from([...this.#prefixBytes, RESERVED]);
    return Buffer.concat([head, Buffer.from(`${KIND_LETTER[kind]}${tag}${name}`)]);
  }

  /**
   * Hash tag, without braces, of the slot of an entry: its own tag, or its whole key, or (for a key with a brace but no
   * tag) another text of that slot.
   */
  #slotText(name: string): string {
    const key = Buffer.from(this.entry(name));
    const text = Buffer.from(hashTag(key) ?? key).toString();
    return text.includes('}') ? textOfSlot(slotOf(key)) : text;
  }
}

/** Tells whether a prefix keeps the hash tags of keys intact: it has no brace, or one whole tag. */
export function isPlainPrefix(prefix: string): boolean {
  return !/[{}]/.test(prefix) || /^[^{}]*\{[^{}]+\}[^{}]*$/.test(prefix);
}
