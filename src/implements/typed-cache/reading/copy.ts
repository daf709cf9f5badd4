import { isDeepStrictEqual } from 'node:util';
import type { ICodec } from '../../../interfaces/codec.js';

/**
 * A value for one more caller. What its codec keeps is what the next reader would get; of what it does not keep, a clone
 * that is equal. What can be copied in no way is shared: a clone that has lost its methods would be worse.
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
