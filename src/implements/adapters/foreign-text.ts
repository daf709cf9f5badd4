import { ArgumentError, CodecError } from '../../interfaces/errors.js';
import { bufferOf, utf8Text } from '../foundation/codecs/values/utf8.js';
import { describe } from '../foundation/describe.js';

/** Bytes of a text of the other side. @throws {ArgumentError} for what is no text, or not one that UTF-8 represents. */
export function foreignBytes(text: unknown, remedy: string): Uint8Array {
  if (typeof text !== 'string') throw new ArgumentError(`expected text, got ${describe(text)}: ${remedy}`);
  if (!text.isWellFormed())
    throw new ArgumentError(`expected text that UTF-8 represents, got a lone surrogate: ${remedy}`);
  return Buffer.from(text);
}

/** Text of stored bytes. @throws {CodecError} `E_DECODE` for bytes that something else wrote there. */
export function foreignText(bytes: Uint8Array): string {
  try {
    return utf8Text(bufferOf(bytes), 0, bytes.byteLength);
  } catch {
    throw new CodecError(
      'E_DECODE',
      'expected text as UTF-8, got other bytes: give the adapter a prefix of its own',
    );
  }
}
