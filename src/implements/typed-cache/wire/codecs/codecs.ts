import { bytesCodec } from './bytes-codec.js';
import { jsonCodec } from './json-codec.js';
import { msgpackCodec } from './msgpack-codec.js';
import { plainJsonCodec } from './plain-json-codec.js';
import { textCodec } from './text-codec.js';

/** The codecs that declarations name; one of the application's own is a component under `ICodec`. */
export const CODECS = Object.freeze({
  json: jsonCodec,
  msgpack: msgpackCodec,
  text: textCodec,
  bytes: bytesCodec,
});

/** The codecs of values that stand in a store without an envelope, for other programs to read and write. */
export const PLAIN_CODECS = Object.freeze({ json: plainJsonCodec, text: textCodec, bytes: bytesCodec });
