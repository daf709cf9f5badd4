import { isUint8Array } from 'node:util/types';
import type { ICodec } from '../../interfaces/codec.js';
import { CodecError } from '../../interfaces/errors.js';
import { describe } from '../foundation/describe.js';

/**
 * Encodes a message, as bytes that nothing else refers to.
 *
 * @throws {CodecError} `E_ENCODE`, also for the errors of a codec of the application.
 */
export function encoded(codec: ICodec, message: unknown): Uint8Array {
  let bytes: unknown;
  try {
    bytes = codec.encode(message);
  } catch (error) {
    if (CodecError.is(error)) throw error;
    throw new CodecError('E_ENCODE', `the codec "${codec.id}" refused the message`, { cause: error });
  }
  if (!isUint8Array(bytes)) {
    throw new CodecError(
      'E_ENCODE',
      `the codec "${codec.id}" must encode to a Uint8Array, got ${describe(bytes)}`,
    );
  }
  return bytes;
}
