/** Maximum length of strings encoded here: for these, a call into the runtime costs more than the encoding. */
const SHORT_TEXT = 24;
const FIRST_BYTES = 128;
const MAX_VARINT_BYTES = 8;

/**
 * Writes the fields in front of a payload, and allocates the bytes that receive the payload.
 *
 * Whole numbers from 0 to 2^53 - 1 are varints: seven bits per byte, the lowest first; bit 7 marks that another byte
 * follows (LEB128). Strings are their length in bytes as a varint, then UTF-8.
 */
export class WireWriter {
  readonly #tailBytes: number;
  #bytes: Buffer;
  #at: number;

  /**
   * @param headBytes  Number of bytes left free at the front.
   * @param tailBytes  Number of bytes left free at the end.
   */
  constructor(headBytes: number, tailBytes: number) {
    this.#tailBytes = tailBytes;
    this.#at = headBytes;
    this.#bytes = Buffer.allocUnsafe(headBytes + FIRST_BYTES + tailBytes);
  }

  varint(value: number): void {
    this.#room(MAX_VARINT_BYTES);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128;
    this.#bytes[this.#at++] = rest;
  }

  text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#shortText(text)) return;
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.#room(length);
    this.#at += this.#bytes.write(text, this.#at);
  }

  /** Returns the bytes of head, written fields and tail; `end` is the offset of the tail. */
  finish(): { readonly bytes: Buffer; readonly end: number } {
    return { bytes: this.#bytes.subarray(0, this.#at + this.#tailBytes), end: this.#at };
  }

  #shortText(text: string): boolean {
    this.#room(SHORT_TEXT + 1);
    let at = this.#at + 1;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit >= 128) return false;
      this.#bytes[at++] = unit;
    }
    this.#bytes[this.#at] = text.length;
    this.#at = at;
    return true;
  }

  #room(count: number): void {
    const needed = this.#at + count + this.#tailBytes;
    if (needed <= this.#bytes.byteLength) return;
    const larger = Buffer.allocUnsafe(needed + this.#at);
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
