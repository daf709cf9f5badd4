import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import { isPlainJson } from './values/plain-json.js';
import { isKeptByPlainJson, MAX_VALUE_DEPTH, refusalOfPlain } from './values/refusal.js';
import { bufferOf, utf8Text } from './values/utf8.js';

/**
 * JSON as any other program reads and writes it: without tags, and therefore without dates and other special values. It
 * shares the name of the codec `json`, which reads its output too.
 */
export const plainJsonCodec: ICodec = Object.freeze({
  id: 'json',
  encode(value: unknown): Uint8Array {
    try {
      if (isPlainJson(value, MAX_VALUE_DEPTH) || isKeptByPlainJson(value))
        return Buffer.from(JSON.stringify(value));
    } catch {
      // Too large, or a property that throws: the error is built below.
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
