import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import { isPlainJson } from './values/plain-json.js';
import { MAX_VALUE_DEPTH, refusalOf } from './values/refusal.js';
import { taggedForm, untagged } from './values/tagged-form.js';
import { bufferOf, utf8Text } from './values/utf8.js';

/** White space that marks tagged JSON: valid at the start of any JSON, but never written there by `JSON.stringify`. */
const TAGGED = ' ';
const TAGGED_BYTE = 0x20;

/**
 * JSON with tags. A value that JSON can represent is written by `JSON.stringify`, at little more than its cost; dates,
 * maps, sets, bigints, bytes, `undefined`, -0 and other special values are tagged.
 */
export const jsonCodec: ICodec = Object.freeze({
  id: 'json',
  encode(value: unknown): Uint8Array {
    try {
      if (isPlainJson(value, MAX_VALUE_DEPTH)) return Buffer.from(JSON.stringify(value));
      return Buffer.from(TAGGED + JSON.stringify(taggedForm(value, MAX_VALUE_DEPTH)));
    } catch {
      throw refusalOf(value, 'json');
    }
  },
  decode(bytes: Uint8Array): unknown {
    const isTagged = bytes[0] === TAGGED_BYTE;
    try {
      const value: unknown = JSON.parse(utf8Text(bufferOf(bytes), 0, bytes.byteLength));
      return isTagged ? untagged(value, MAX_VALUE_DEPTH) : value;
    } catch {
      throw new CodecError('E_DECODE', 'the bytes are not JSON as the codec "json" writes it');
    }
  },
});
