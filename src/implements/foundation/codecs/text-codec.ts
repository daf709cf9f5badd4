import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { bufferOf, utf8Text } from './values/utf8.js';

/** Strings only, as UTF-8, which any other program can read. */
export const textCodec: ICodec = Object.freeze({
  id: 'text',
  encode(value: unknown): Uint8Array {
    if (typeof value !== 'string') {
      throw new CodecError('E_ENCODE', `the codec "text" requires a string: the value is ${describe(value)}`);
    }
    if (!value.isWellFormed()) {
      throw new CodecError(
        'E_ENCODE',
        'the codec "text" requires a well-formed string: the value has a lone surrogate',
      );
    }
    return Buffer.from(value);
  },
  decode(bytes: Uint8Array): unknown {
    try {
      return utf8Text(bufferOf(bytes), 0, bytes.byteLength);
    } catch {
      throw new CodecError('E_DECODE', 'the bytes are not valid UTF-8');
    }
  },
});
