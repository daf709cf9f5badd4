import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * How the values of a typed cache become bytes, and values again.
 *
 * Laws, which the typed cache relies on:
 * - **Round trip.** `decode(encode(value))` is deeply equal to `value`, or `encode` throws: nothing is dropped or
 *   changed in silence. Equal values may become different bytes.
 * - **Isolated.** `encode` gives bytes that nobody else keeps, and `decode` a value that shares no memory with the
 *   bytes: either may be changed afterwards without a change to the other.
 * - **Data only.** `decode` runs no code that the bytes name, and leaves every prototype as it was: whoever can write to
 *   the store chooses the bytes.
 * - **Synchronous, without effects**: no I/O, no clock, no state.
 *
 * What a codec throws reaches the caller of the cache as a `CodecError` with the code `E_ENCODE`; what cannot be
 * decoded is a miss. Messages say where in the value the trouble is, and never what stands there.
 */
export interface ICodec {
  /**
   * Name of the format, 1 to 32 characters of ASCII without spaces. It is stored beside each value, and a value of
   * another codec is a miss: a format that changes needs another name.
   */
  readonly id: string;

  /** @throws {CodecError} `E_ENCODE` for a value that this format cannot keep. */
  encode(value: unknown): Uint8Array;

  /** @throws {CodecError} `E_DECODE` for bytes that `encode` cannot have made. */
  decode(bytes: Uint8Array): unknown;
}

export const ICodec: InterfaceToken<ICodec> = defineInterface<ICodec>('ICodec', ['id', 'encode', 'decode']);
