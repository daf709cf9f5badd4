import type { ICodec } from '../../../../interfaces/codec.js';
import { CodecError } from '../../../../interfaces/errors.js';
import { isPlainJson } from '../values/plain-json.js';
import { isKeptByPlainJson, MAX_VALUE_DEPTH, refusalOfPlain } from '../values/refusal.js';
import { bufferOf, utf8Text } from '../values/utf8.js';

/**
 * JSON as every other program reads and writes it: without tags, and so without dates and their like. What it writes,
 * the codec `json` reads too, whose name it shares.
 */
export const plainJsonCodec: ICodec = Object.freeze({
  id: 'json',
  encode(value: unknown): Uint8Array {
    try {
      if (isPlainJson(value, MAX_VALUE_DEPTH) || isKeptByPlainJson(value))
        return Buffer.from(JSON.stringify(value));
    } catch {
      // Too large, or a property that throws: said below.
    }
    throw refusalOfPlain(value);
  },
  decode(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(utf8Text(bufferOf(bytes), 0, bytes.byteLength));
    } catch {
      throw new CodecError('E_DECODE', 'the bytes are no JSON');
    }
  },
});
