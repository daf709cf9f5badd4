import { isDeepStrictEqual } from 'node:util';
import type { ICodec } from '../../../interfaces/codec.js';
import { CodecError } from '../../../interfaces/errors.js';

/**
 * Copies a value for another caller: by its codec, as the next reader would get it; otherwise as a clone, if that is
 * deeply equal. Callers never share a value.
 *
 * @throws {CodecError} `E_ENCODE` for a value that cannot be copied; a clone without its methods would be worse.
 */
export function copyOf<T>(value: T, codec: ICodec): T {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return value;
  try {
    return codec.decode(codec.encode(value)) as T;
  } catch (error) {
    return cloneOf(value, error);
  }
}

function cloneOf<T>(value: T, refusal: unknown): T {
  try {
    const clone = structuredClone(value);
    if (isDeepStrictEqual(clone, value)) return clone;
  } catch {
    // Refused below.
  }
  if (CodecError.is(refusal)) throw refusal;
  throw new CodecError('E_ENCODE', 'the value cannot be copied for another caller', { cause: refusal });
}
