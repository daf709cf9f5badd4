import { isOfBytes, SPECIAL_NAMES, specialFrom } from './values/special-value.js';
import { bufferOf, utf8Text } from './values/utf8.js';

const UINT32 = 2 ** 32;

/**
 * Reads one MessagePack value. The bytes are untrusted: a length that exceeds the remaining bytes is refused before
 * memory is allocated for it, so the output is never much larger than the input.
 */
export class MsgpackReader {
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bufferOf(bytes);
    this.#end = bytes.byteLength;
  }

  /** @throws {Error} for bytes that are not MessagePack, are nested too deeply, or continue after the value. */
  whole(levels: number): unknown {
    const value = this.#value(levels);
    if (this.#at !== this.#end) throw malformed();
    return value;
  }

  #value(levels: number): unknown {
    const head = this.#unsigned(1);
    if (head < 0x80) return head;
    if (head < 0x90) return this.#map(head & 0x0f, levels);
    if (head < 0xa0) return this.#array(head & 0x0f, levels);
    if (head < 0xc0) return this.#text(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return new Uint8Array(this.#view(this.#unsigned(1 << (head - 0xc4))));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#unsigned(1 << (head - 0xc7)), levels);
      case 0xca:
        return this.#bytes.readFloatBE(this.#skip(4));
      case 0xcb:
        return this.#bytes.readDoubleBE(this.#skip(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#unsigned(1 << (head - 0xcc));
      case 0xcf:
        return safe(this.#unsigned(4) * UINT32 + this.#unsigned(4));
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 1 << (head - 0xd0);
        return this.#bytes.readIntBE(this.#skip(size), size);
      }
      case 0xd3:
        return safe(this.#bytes.readInt32BE(this.#skip(4)) * UINT32 + this.#unsigned(4));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(1 << (head - 0xd4), levels);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#unsigned(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(2 << (head - 0xdc)), levels);
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(2 << (head - 0xde)), levels);
      default:
        throw malformed();
    }
  }

  #array(length: number, levels: number): unknown[] {
    if (levels === 0 || length > this.#end - this.#at) throw malformed();
    const array: unknown[] = [];
    for (let left = length; left > 0; left -= 1) array.push(this.#value(levels - 1));
    return array;
  }

  #map(size: number, levels: number): Record<string, unknown> {
    if (levels === 0 || size * 2 > this.#end - this.#at) throw malformed();
    const map: Record<string, unknown> = {};
    for (let left = size; left > 0; left -= 1) {
      const name = this.#value(levels - 1);
      // Assigning `__proto__` would change the prototype of the object; the writer produces no such map.
      if (typeof name !== 'string' || name === '__proto__') throw malformed();
      map[name] = this.#value(levels - 1);
    }
    return map;
  }

  #extension(length: number, levels: number): unknown {
    const name = SPECIAL_NAMES[this.#unsigned(1)];
    if (name === undefined) throw malformed();
    if (length === 0 && !isOfBytes(name)) return specialFrom(name, null);
    if (isOfBytes(name)) return specialFrom(name, this.#view(length));
    if (levels === 0 || length > this.#end - this.#at) throw malformed();
    const outerEnd = this.#end;
    this.#end = this.#at + length;
    const content = this.whole(levels);
    this.#end = outerEnd;
    return specialFrom(name, content);
  }

  #text(length: number): string {
    const start = this.#skip(length);
    return utf8Text(this.#bytes, start, this.#at);
  }

  #unsigned(size: number): number {
    const start = this.#skip(size);
    if (size === 1) return this.#bytes[start] as number;
    return size === 2 ? this.#bytes.readUInt16BE(start) : this.#bytes.readUInt32BE(start);
  }

  #view(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** Returns the offset of the next bytes, after checking that all of them exist. */
  #skip(count: number): number {
    const start = this.#at;
    if (count > this.#end - start) throw malformed();
    this.#at = start + count;
    return start;
  }
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw malformed();
  return value;
}

function malformed(): Error {
  return new Error('bytes that are not MessagePack of this package');
}
