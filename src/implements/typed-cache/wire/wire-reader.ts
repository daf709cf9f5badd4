import { utf8Text } from '../../foundation/codecs/values/utf8.js';

/** Weight of the eighth and last byte of a varint. */
const HIGHEST_SCALE = 2 ** 49;

/** Reads bytes from start to end. Missing or invalid bytes set `failed`, and the result is 0 or ''. */
export class WireReader {
  readonly #buffer: Buffer;
  #offset: number;
  readonly #end: number;
  #failed = false;

  constructor(buffer: Buffer, offset: number, end: number) {
    this.#buffer = buffer;
    this.#offset = offset;
    this.#end = end;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get remaining(): number {
    return this.#end - this.#offset;
  }

  /** Marks the bytes as invalid, for what only their reader can see. */
  fail(): void {
    this.#failed = true;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; this.#offset < this.#end && scale <= HIGHEST_SCALE; scale *= 128) {
      const byte = this.#buffer[this.#offset++] as number;
      if (byte < 128) {
        value += byte * scale;
        if ((byte === 0 && scale > 1) || value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      value += (byte - 128) * scale;
    }
    this.#failed = true;
    return 0;
  }

  /** Reads a string: its length in bytes as a varint, then UTF-8. */
  text(): string {
    const length = this.varint();
    if (length > this.remaining) {
      this.#failed = true;
      return '';
    }
    const start = this.#offset;
    this.#offset += length;
    try {
      return utf8Text(this.#buffer, start, this.#offset);
    } catch {
      this.#failed = true;
      return '';
    }
  }

  /** Returns the remaining bytes, not copied. */
  rest(): Uint8Array {
    return this.#buffer.subarray(this.#offset, this.#end);
  }
}
