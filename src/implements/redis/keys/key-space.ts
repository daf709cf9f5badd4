import { literalPattern } from '../../foundation/arguments/pattern.js';
import { hashTag, SLOTS, slotOf, textOfSlot } from './slot.js';

/** Kinds of keys that are not entries. */
export type ReservedKind = 'fence' | 'generation' | 'lease';

const KIND_LETTER: Record<ReservedKind, string> = { fence: 'f', generation: 'g', lease: 'l' };
/** Kind of the copy of a generation in one slot. */
const COPY_LETTER = 's';

/** Kind of keys that only test whether a change is heard of. */
const PROBE_LETTER = 'p';

/** Kind of the key whose loss tells that a key space was emptied. */
const MARK_LETTER = 'm';

/** Kinds of keys from which a name can be told. */
const NAMED: Readonly<Record<string, 'generation' | 'probe'>> = {
  [KIND_LETTER.generation]: 'generation',
  [COPY_LETTER]: 'generation',
  [PROBE_LETTER]: 'probe',
};

/**
 * First byte, after the prefix, of every key that is not an entry. Keys of entries are UTF-8, which never contains this
 * byte, so no key of an application conflicts with one of ours.
 */
const RESERVED = 0xff;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Keys of one component in a database: translates between the names that callers use and the keys in Redis. */
export class KeySpace {
  readonly #prefix: string;
  readonly #prefixBytes: Buffer;
  readonly #prefixHasTag: boolean;
  /** Prefix and reserved byte. */
  readonly #reservedHead: Buffer;

  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#prefixBytes = Buffer.from(prefix);
    this.#prefixHasTag = hashTag(this.#prefixBytes) !== undefined;
    this.#reservedHead = Buffer.from([...this.#prefixBytes, RESERVED]);
  }

  /** `true` when this space is the whole database. */
  get isWhole(): boolean {
    return this.#prefix === '';
  }

  /** Key of an entry. */
  entry(name: string): string {
    return this.#prefix + name;
  }

  /** Prefix of all keys. */
  get prefix(): string {
    return this.#prefix;
  }

  /** Name of an entry, from the key that `entry` returned. */
  entryName(key: string): string {
    return key.slice(this.#prefix.length);
  }

  /** Pattern for SCAN that finds the entries whose names match a pattern. */
  pattern(names: string): string {
    return literalPattern(this.#prefix) + names;
  }

  /** Name of an entry; `undefined` for a key that is not an entry of this space. */
  name(key: Buffer): string | undefined {
    const start = this.#prefixBytes.length;
    if (key.length <= start || key[start] === RESERVED) return undefined;
    if (!key.subarray(0, start).equals(this.#prefixBytes)) return undefined;
    try {
      return decoder.decode(key.subarray(start));
    } catch {
      return undefined; // Not UTF-8: written by another program.
    }
  }

  /** Key of a fence, generation or lease, in the slot of the named entry. */
  reserved(kind: ReservedKind, name: string): Buffer {
    const tag = this.#prefixHasTag ? '' : `{${this.#slotText(name)}}`;
    return Buffer.concat([this.#reservedHead, Buffer.from(`${KIND_LETTER[kind]}${tag}${name}`)]);
  }

  /** Slots that entries of this space can be in: all, or that of the hash tag of the prefix. */
  get slots(): readonly number[] {
    return this.#prefixHasTag
      ? [slotOf(this.#prefixBytes)]
      : Array.from({ length: SLOTS }, (_, slot) => slot);
  }

  /** Slot of an entry. */
  slot(name: string): number {
    return slotOf(this.entry(name));
  }

  /** Key of the copy of a generation in a slot, which does not depend on the nodes that serve it. */
  copy(name: string, slot: number): Buffer {
    const tag = this.#prefixHasTag ? '' : `{${textOfSlot(slot)}}`;
    return Buffer.concat([this.#reservedHead, Buffer.from(`${COPY_LETTER}${tag}${name}`)]);
  }

  /** Key whose loss tells that the space was emptied, in one of some slots, or anywhere; `undefined` as for `probe`. */
  mark(slots: readonly number[] | undefined): Buffer | undefined {
    return this.#placed(MARK_LETTER, '', slots);
  }

  /** Key of a probe in one of some slots, or anywhere; `undefined` when no key of this space is in them. */
  probe(name: string, slots: readonly number[] | undefined): Buffer | undefined {
    return this.#placed(PROBE_LETTER, name, slots);
  }

  #placed(letter: string, name: string, slots: readonly number[] | undefined): Buffer | undefined {
    const slot = slots?.find((each) => !this.#prefixHasTag || each === slotOf(this.#prefixBytes));
    if (slots !== undefined && slot === undefined) return undefined;
    const tag = this.#prefixHasTag ? '' : `{${textOfSlot(slot ?? 0)}}`;
    return Buffer.concat([this.#reservedHead, Buffer.from(`${letter}${tag}${name}`)]);
  }

  /** Name of a generation, its copy or a probe, from its key; `undefined` for any other key. */
  reservedName(key: Buffer): { readonly kind: 'generation' | 'probe'; readonly name: string } | undefined {
    const start = this.#reservedHead.length;
    if (!key.subarray(0, start).equals(this.#reservedHead)) return undefined;
    const kind = NAMED[key.toString('latin1', start, start + 1)];
    const text = key.toString('utf8', start + 1);
    const end = this.#prefixHasTag ? -1 : text.indexOf('}');
    if (kind === undefined || (end === -1) !== this.#prefixHasTag) return undefined;
    return { kind, name: text.slice(end + 1) };
  }

  /**
   * Text without braces that, as a hash tag, maps to the slot of an entry: its own tag, its whole key, or (when the key
   * contains a brace but no tag) any other text of that slot.
   */
  #slotText(name: string): string {
    const key = Buffer.from(this.entry(name));
    const text = Buffer.from(hashTag(key) ?? key).toString();
    return text.includes('}') ? textOfSlot(slotOf(key)) : text;
  }
}

/** `true` when a prefix does not interfere with hash tags: it contains no brace, or one complete tag. */
export function isPlainPrefix(prefix: string): boolean {
  return !/[{}]/.test(prefix) || /^[^{}]*\{[^{}]+\}[^{}]*$/.test(prefix);
}
