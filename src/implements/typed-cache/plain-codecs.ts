import { isDeepStrictEqual } from 'node:util';
import type { ICodec } from '../../interfaces/codec.js';
import { CodecError } from '../../interfaces/errors.js';
import { describe } from '../options/describe.js';
import { CODECS } from './wire/codecs.js';
import { isPlainJson } from './wire/plain-json.js';

const MAX_DEPTH = 512;

/** JSON as everybody reads and writes it. What it would drop or change in silence it refuses. */
const plainJson: ICodec = Object.freeze({
  id: 'json',
  encode: (value: unknown) => {
    const text = textOf(value);
    if (text !== undefined) return Buffer.from(text);
    throw new CodecError(
      'E_ENCODE',
      `expected a value that JSON keeps, got ${describe(value)} that it does not`,
    );
  },
  decode: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()),
});

function textOf(value: unknown): string | undefined {
  try {
    const text = JSON.stringify(value);
    return isPlainJson(value, MAX_DEPTH) || isDeepStrictEqual(JSON.parse(text), value) ? text : undefined;
  } catch {
    return undefined; // A cycle, a bigint, or a toJSON that throws.
  }
}

/** The codecs of values that stand in the store as they are (`envelope: none`). */
export const PLAIN_CODECS: Readonly<Record<string, ICodec>> = Object.freeze({
  json: plainJson,
  text: CODECS.text,
  bytes: CODECS.bytes,
});
