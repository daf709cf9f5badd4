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

/** The same for values that stand without an envelope, where other programs read and write them: JSON has no tags. */
export const PLAIN_CODECS = Object.freeze({ ...CODECS, json: plainJsonCodec });
