import { isPlainArray, isPlainObject, ownNames, ownSymbols } from './values/plain-object.js';
import { SPECIAL_NAMES, specialOf } from './values/special-value.js';
import { REFUSED } from './values/tagged-form.js';

const FIRST_BYTES = 1024;
const UINT32 = 2 ** 32;
const NOTHING = new Uint8Array(0);
/** Maximum length of strings encoded here: for these, a call into the runtime costs more than the encoding. */
const SHORT_TEXT = 24;

/**
 * Writes one value as MessagePack: strings, numbers, booleans, `null`, arrays, maps and bytes natively; other special
 * values as extensions, whose type is the index of their name in `SPECIAL_NAMES`.
 *
 * @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export class MsgpackWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  /** Returns the bytes written, in memory of their own. */
  written(): Uint8Array {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  write(value: unknown, levels: number): void {
    if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'boolean') this.#byte(value ? 0xc3 : 0xc2);
    else if (value === null) this.#byte(0xc0);
    else if (typeof value === 'object') this.#object(value, levels);
    else this.#special(value, levels);
  }

  #object(value: object, levels: number): void {
    if (levels === 0) throw REFUSED;
    if (Array.isArray(value)) this.#array(value, levels - 1);
    else if (isPlainObject(value)) this.#map(value, levels - 1);
    else this.#special(value, levels - 1);
  }

  #text(text: string): void {
    if (text.length <= SHORT_TEXT && this.#shortText(text)) return;
    if (!text.isWellFormed()) {
      this.#extension('String', Buffer.from(text, 'utf16le'));
      return;
    }
    const length = Buffer.byteLength(text);
    this.#head(length, 0xa0, 31, 0xd9, 0xda, 0xdb);
    this.#room(length);
    this.#at += this.#bytes.write(text, this.#at);
  }

  #shortText(text: string): boolean {
    this.#room(SHORT_TEXT + 1);
    const { length } = text;
    for (let index = 0, at = this.#at + 1; index < length; index += 1, at += 1) {
      const unit = text.charCodeAt(index);
      if (unit >= 128) return false;
      this.#bytes[at] = unit;
    }
    this.#bytes[this.#at] = 0xa0 | length;
    this.#at += length + 1;
    return true;
  }

  /** Writes integers in the shortest form; numbers beyond 53 bits, fractions and -0 as floats. */
  #number(value: number): void {
    this.#room(9);
    const bytes = this.#bytes;
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      bytes[this.#at] = 0xcb;
      this.#at = bytes.writeDoubleBE(value, this.#at + 1);
    } else if (value >= -32 && value < 128) {
      bytes[this.#at++] = value & 0xff;
    } else if (value >= 0 && value < UINT32) {
      this.#head(value, 0, -1, 0xcc, 0xcd, 0xce);
    } else if (value < 0 && value >= -0x80) {
      bytes[this.#at++] = 0xd0;
      bytes[this.#at++] = value & 0xff;
    } else if (value < 0 && value >= -0x8000) {
      bytes[this.#at] = 0xd1;
      this.#at = bytes.writeInt16BE(value, this.#at + 1);
    } else if (value < 0 && value >= -0x80000000) {
      bytes[this.#at] = 0xd2;
      this.#at = bytes.writeInt32BE(value, this.#at + 1);
    } else {
      bytes[this.#at] = value < 0 ? 0xd3 : 0xcf;
      const high = Math.floor(value / UINT32);
      bytes.writeInt32BE(high, this.#at + 1);
      this.#at = bytes.writeUInt32BE(value - high * UINT32, this.#at + 5);
    }
  }

  #array(value: readonly unknown[], levels: number): void {
    if (!isPlainArray(value)) throw REFUSED;
    const { length } = value;
    this.#head(length, 0x90, 15, 0, 0xdc, 0xdd);
    for (let index = 0; index < length; index += 1) {
      const item = value[index];
      if (item === undefined && !Object.hasOwn(value, index)) throw REFUSED;
      this.write(item, levels);
    }
    if (ownNames(value)) throw REFUSED;
  }

  #map(value: object, levels: number): void {
    if (ownSymbols(value)) throw REFUSED;
    const names = Object.keys(value);
    if (!names.every(isNameOfMap)) {
      this.#nested('Object', Object.entries(value).flat(1), levels);
      return;
    }
    this.#head(names.length, 0x80, 15, 0, 0xde, 0xdf);
    for (const name of names) {
      this.#text(name);
      this.write((value as Record<string, unknown>)[name], levels);
    }
  }

  #special(value: unknown, levels: number): void {
    const special = specialOf(value);
    if (special === undefined) throw REFUSED;
    const { name, content } = special;
    if (!(content instanceof Uint8Array)) {
      if (content === null) this.#extension(name, NOTHING);
      else this.#nested(name, content, levels);
    } else if (name === 'Uint8Array') {
      this.#head(content.byteLength, 0, -1, 0xc4, 0xc5, 0xc6);
      this.#append(content);
    } else {
      this.#extension(name, content);
    }
  }

  /** Writes an extension whose bytes are known. */
  #extension(name: string, content: Uint8Array): void {
    this.#head(content.byteLength, 0, -1, 0xc7, 0xc8, 0xc9);
    this.#byte(SPECIAL_NAMES.indexOf(name as never));
    this.#append(content);
  }

  /** Writes an extension whose bytes are MessagePack again; their length is known only after they are written. */
  #nested(name: string, content: unknown, levels: number): void {
    this.#room(6);
    const start = this.#at;
    this.#bytes[start] = 0xc9;
    this.#bytes[start + 5] = SPECIAL_NAMES.indexOf(name as never);
    this.#at = start + 6;
    if (Array.isArray(content)) this.#array(content, levels);
    else this.write(content, levels);
    this.#bytes.writeUInt32BE(this.#at - start - 6, start + 1);
  }

  /** Writes a type and a length: in one byte up to `fixedMost`, otherwise the length in one, two or four more. */
  #head(length: number, fixed: number, fixedMost: number, in8: number, in16: number, in32: number): void {
    this.#room(5);
    const bytes = this.#bytes;
    if (length <= fixedMost) {
      bytes[this.#at++] = fixed | length;
    } else if (length < 0x100 && in8 !== 0) {
      bytes[this.#at++] = in8;
      bytes[this.#at++] = length;
    } else if (length < 0x10000) {
      bytes[this.#at] = in16;
      this.#at = bytes.writeUInt16BE(length, this.#at + 1);
    } else {
      bytes[this.#at] = in32;
      this.#at = bytes.writeUInt32BE(length, this.#at + 1);
    }
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = byte;
  }

  #append(content: Uint8Array): void {
    this.#room(content.byteLength);
    this.#bytes.set(content, this.#at);
    this.#at += content.byteLength;
  }

  #room(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.byteLength) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.byteLength));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

/** Tells whether an object needs an extension: other readers assign `__proto__`, and UTF-8 has no lone surrogates. */
function isNameOfMap(name: string): boolean {
  return name !== '__proto__' && name.isWellFormed();
}
