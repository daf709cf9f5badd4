import { isDeepStrictEqual } from 'node:util';
import type { ICodec } from '../../../interfaces/codec.js';

/**
 * Copies a value for another caller: by its codec, as the next reader would get it; otherwise as a clone, if that is
 * deeply equal. A value that cannot be copied is shared, because a clone without its methods would be worse.
 */
export function copyOf<T>(value: T, codec: ICodec): T {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return value;
  try {
    return codec.decode(codec.encode(value)) as T;
  } catch {
    return cloneOf(value);
  }
}

function cloneOf<T>(value: T): T {
  try {
    const clone = structuredClone(value);
    return isDeepStrictEqual(clone, value) ? clone : value;
  } catch {
    return value;
  }
}
