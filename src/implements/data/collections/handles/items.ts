import { isUint8Array } from 'node:util/types';
import type { ICodec } from '../../../../interfaces/codec.js';
import { ArgumentError, CodecError } from '../../../../interfaces/errors.js';
import { encoded } from '../../../foundation/codecs/encoded.js';
import { bufferOf } from '../../../foundation/codecs/values/utf8.js';

/** Bounds of one call. */
export interface ItemLimits {
  readonly maxItems: number;
  readonly maxValueBytes: number;
}

/** Items of collections: values of callers on one side, bytes on the other. */
export class Items {
  readonly #codec: ICodec;
  readonly #limits: ItemLimits;

  constructor(codec: ICodec, limits: ItemLimits) {
    this.#codec = codec;
    this.#limits = limits;
  }

  get maxItems(): number {
    return this.#limits.maxItems;
  }

  /** @throws {CodecError} {ArgumentError} */
  encode(item: unknown): Buffer {
    const bytes = bufferOf(encoded(this.#codec, this.#codec.id === 'bytes' ? asBytes(item) : item));
    const { maxValueBytes } = this.#limits;
    if (bytes.length <= maxValueBytes) return bytes;
    throw new ArgumentError(
      `expected an item of at most ${maxValueBytes} bytes (maxValueBytes), got one of ${bytes.length} bytes`,
    );
  }

  /** Encodes one item, or an array of them: an array is never one item. @throws {CodecError} {ArgumentError} */
  encodeAll(items: unknown): Buffer[] {
    const list: readonly unknown[] = Array.isArray(items) ? items : [items];
    return this.counted(list, 'items').map((item) => this.encode(item));
  }

  /** @throws {ArgumentError} for a list that is too long. */
  counted<T>(list: readonly T[], what: string): readonly T[] {
    const { maxItems } = this.#limits;
    if (list.length <= maxItems) return list;
    throw new ArgumentError(
      `expected at most ${maxItems} ${what} (maxItems) in one call, got ${list.length}`,
    );
  }

  /** @throws {CodecError} `E_DECODE` */
  decode(bytes: Buffer): unknown {
    try {
      return this.#codec.decode(bytes);
    } catch (error) {
      if (CodecError.is(error)) throw error;
      throw new CodecError('E_DECODE', `the codec "${this.#codec.id}" cannot read an item`, { cause: error });
    }
  }
}

/** Takes text and finite numbers as UTF-8; the codec refuses all else that is no bytes. */
function asBytes(item: unknown): unknown {
  if (isUint8Array(item)) return item;
  if (typeof item === 'string' && item.isWellFormed()) return Buffer.from(item);
  return typeof item === 'number' && Number.isFinite(item) ? Buffer.from(String(item)) : item;
}
