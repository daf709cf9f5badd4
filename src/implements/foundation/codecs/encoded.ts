import { isUint8Array } from 'node:util/types';
import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/**
 * Encodes a value, as bytes that nothing else refers to.
 *
 * @throws {CodecError} `E_ENCODE`, also for the errors of a codec of the application.
 */
export function encoded(codec: ICodec, value: unknown): Uint8Array {
  let bytes: unknown;
  try {
    bytes = codec.encode(value);
  } catch (error) {
    if (CodecError.is(error)) throw error;
    throw new CodecError('E_ENCODE', `the codec "${codec.id}" refused the value`, { cause: error });
  }
  if (!isUint8Array(bytes)) {
    throw new CodecError(
      'E_ENCODE',
      `the codec "${codec.id}" must encode to a Uint8Array, got ${describe(bytes)}`,
    );
  }
  return bytes;
}
