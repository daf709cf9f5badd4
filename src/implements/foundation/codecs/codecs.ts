import { bytesCodec } from './bytes-codec.js';
import { jsonCodec } from './json-codec.js';
import { msgpackCodec } from './msgpack-codec.js';
import { plainJsonCodec } from './plain-json-codec.js';
import { textCodec } from './text-codec.js';

/** Built-in codecs by name; a codec of the application is a component under `ICodec`. */
export const CODECS = Object.freeze({
  json: jsonCodec,
  msgpack: msgpackCodec,
  text: textCodec,
  bytes: bytesCodec,
});

/** Codecs of values that are stored without an envelope, for other programs to read and write. */
export const PLAIN_CODECS = Object.freeze({ json: plainJsonCodec, text: textCodec, bytes: bytesCodec });
