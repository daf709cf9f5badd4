import { defineInterface, type InterfaceToken } from './interface-token.js';

/**
 * A codec of typed caches: encodes values as bytes and decodes them again.
 *
 * Laws that typed caches rely on:
 * - **Round trip.** `decode(encode(value))` is deeply equal to `value`, or `encode` throws: nothing is dropped or
 *   changed silently. Equal values may encode to different bytes.
 * - **Isolated.** `encode` returns bytes that nothing else refers to, and `decode` a value that shares no memory with
 *   the bytes: changing one never changes the other.
 * - **Data only.** `decode` runs no code named by the bytes and changes no prototype. The bytes are untrusted: anyone
 *   who can write to the store chooses them.
 * - **Synchronous and pure**: no I/O, no clock, no state.
 *
 * An error that `encode` throws reaches the caller of the cache as a `CodecError` with the code `E_ENCODE`; bytes that
 * `decode` refuses are a miss. Messages name the place of the problem inside the value, never its content.
 *
 * @example
 * ```ts
 * const float64: ICodec = {
 *   id: 'float64',
 *   encode: (value) => {
 *     if (typeof value !== 'number') throw new TypeError('expected a number'); // Never drop or change in silence.
 *     return new Uint8Array(new Float64Array([value]).buffer);
 *   },
 *   decode: (bytes) => Buffer.from(bytes).readDoubleLE(), // Throws if there are too few bytes.
 * };
 * ```
 */
export interface ICodec {
  /**
   * Name of the format: 1 to 32 ASCII characters without spaces. It is stored with each value, and a value stored by
   * another codec is a miss: a format that changes needs a new name.
   */
  readonly id: string;

  /** @throws {CodecError} `E_ENCODE` for a value that this format cannot represent. */
  encode(value: unknown): Uint8Array;

  /** @throws {CodecError} `E_DECODE` for bytes that `encode` cannot have produced. */
  decode(bytes: Uint8Array): unknown;
}

export const ICodec: InterfaceToken<ICodec> = defineInterface<ICodec>('ICodec', ['id', 'encode', 'decode']);
