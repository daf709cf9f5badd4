import { isUint8Array } from 'node:util/types';
import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/** Bytes only, stored as they are. A Buffer comes back as a Uint8Array. */
export const bytesCodec: ICodec = Object.freeze({
  id: 'bytes',
  encode(value: unknown): Uint8Array {
    if (!isUint8Array(value)) {
      throw new CodecError(
        'E_ENCODE',
        `the codec "bytes" requires a Uint8Array: the value is ${describe(value)}`,
      );
    }
    return new Uint8Array(value);
  },
  decode(bytes: Uint8Array): unknown {
    return new Uint8Array(bytes);
  },
});
