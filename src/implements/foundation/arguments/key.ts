import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/** The longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/** Refuses what is not a key. Its text is in no message: keys are the application's. */
export function checkKey(key: unknown, what = 'key'): asserts key is string {
  if (typeof key !== 'string') throw keyRefusal(what, describe(key));
  if (key.length === 0) throw keyRefusal(what, 'an empty string');
  // Three bytes is the most that one unit of UTF-16 takes, so a short key needs no counting.
  if (key.length > MAX_KEY_BYTES / 3) {
    const bytes = Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) throw keyRefusal(what, `one of ${bytes} bytes`);
  }
  if (!key.isWellFormed()) throw keyRefusal(what, 'one with a lone surrogate');
}

/** The keys of a list, every one checked; a copy, which stays as it was checked. */
export function checkedKeys(keys: unknown, what = 'key'): string[] {
  if (!Array.isArray(keys)) throw new ArgumentError(`expected an array of ${what}s, got ${describe(keys)}`);
  const copy: unknown[] = Array.from(keys);
  for (const key of copy) checkKey(key, what);
  return copy as string[];
}

function keyRefusal(what: string, got: string): ArgumentError {
  return new ArgumentError(`expected a ${what} of 1 byte to ${MAX_KEY_BYTES} bytes as UTF-8, got ${got}`);
}
