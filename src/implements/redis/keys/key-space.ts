import { literalPattern } from '../../foundation/arguments/pattern.js';
import { hashTag, slotOf, textOfSlot } from './slot.js';

/** Kinds of what stands beside the entries. */
export type ReservedKind = 'fence' | 'generation' | 'lease';

const KIND_LETTER: Record<ReservedKind, string> = { fence: 'f', generation: 'g', lease: 'l' };

/**
 * First byte, behind the prefix, of every key that is no entry. Keys of entries are UTF-8, in which this byte never
 * occurs: the two can't meet, whatever an application calls its keys.
 */
const RESERVED = 0xff;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The keys of one component in a database: what its callers name, and how it stands in Redis. */
export class KeySpace {
  readonly #prefix: string;
  readonly #prefixBytes: Buffer;
  readonly #prefixHasTag: boolean;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#prefixBytes = Buffer.from(prefix);
    this.#prefixHasTag = hashTag(this.#prefixBytes) !== undefined;
  }

  /** Whether this space is the whole database. */
  get isWhole(): boolean {
    return this.#prefix === '';
  }

  /** The key of an entry. */
  entry(name: string): string {
    return this.#prefix + name;
  }

  /** A pattern for SCAN that finds the entries whose names match a pattern. */
  pattern(names: string): string {
    return literalPattern(this.#prefix) + names;
  }

  /** What callers call an entry; `undefined` for a key that is no entry of this space. */
  name(key: Buffer): string | undefined {
    const start = this.#prefixBytes.length;
    if (key.length <= start || key[start] === RESERVED) return undefined;
    if (start > 0 && !key.subarray(0, start).equals(this.#prefixBytes)) return undefined;
    try {
      return decoder.decode(start === 0 ? key : key.subarray(start));
    } catch {
      return undefined; // Not UTF-8: some other program's.
    }
  }

  /** The key of a fence, a generation or a lease, in the slot of the entry that is named. */
  reserved(kind: ReservedKind, name: string): Buffer {
    const tag = this.#prefixHasTag ? '' : `{${this.#slotText(name)}}`;
    const head = Buffer.from([...this.#prefixBytes, RESERVED]);
    return Buffer.concat([head, Buffer.from(`${KIND_LETTER[kind]}${tag}${name}`)]);
  }

  /**
   * A text without braces that, as a hash tag, leads to the slot of an entry: its own tag, or the whole of its key,
   * or (where that has a brace in it but no tag) any other text of that slot.
   */
  #slotText(name: string): string {
    const key = Buffer.from(this.entry(name));
    const text = Buffer.from(hashTag(key) ?? key).toString();
    return text.includes('}') ? textOfSlot(slotOf(key)) : text;
  }
}

/** Whether a prefix leaves hash tags alone: no brace at all, or one whole tag. */
export function isPlainPrefix(prefix: string): boolean {
  return !/[{}]/.test(prefix) || /^[^{}]*\{[^{}]+\}[^{}]*$/.test(prefix);
}
