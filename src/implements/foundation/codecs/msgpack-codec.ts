import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import { MsgpackReader } from './msgpack-reader.js';
import { MsgpackWriter } from './msgpack-writer.js';
import { MAX_VALUE_DEPTH, refusalOf } from './values/refusal.js';

/** MessagePack: smaller than JSON, and bytes stay bytes. Represents the same values as the codec `json`. */
export const msgpackCodec: ICodec = Object.freeze({
  id: 'msgpack',
  encode(value: unknown): Uint8Array {
    const writer = new MsgpackWriter();
    try {
      writer.write(value, MAX_VALUE_DEPTH);
    } catch {
      throw refusalOf(value, 'msgpack');
    }
    return writer.written();
  },
  decode(bytes: Uint8Array): unknown {
    try {
      return new MsgpackReader(bytes).whole(MAX_VALUE_DEPTH);
    } catch {
      throw new CodecError('E_DECODE', 'the bytes are not MessagePack as the codec "msgpack" writes it');
    }
  },
});
