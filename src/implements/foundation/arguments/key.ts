import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/** Maximum length of a key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/** Refuses an invalid key. Messages do not contain its text, because keys are data of the application. */
export function checkKey(key: unknown, what = 'key'): asserts key is string {
  if (typeof key !== 'string') throw keyRefusal(what, describe(key));
  if (key.length === 0) throw keyRefusal(what, 'an empty string');
  // A UTF-16 code unit takes at most three bytes, so a short key needs no counting.
  if (key.length > MAX_KEY_BYTES / 3) {
    const bytes = Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) throw keyRefusal(what, `one of ${bytes} bytes`);
  }
  if (!key.isWellFormed()) throw keyRefusal(what, 'one with a lone surrogate');
}

/** Checks every key of a list, and returns a copy, which cannot change after the check. */
export function checkedKeys(keys: unknown, what = 'key'): string[] {
  if (!Array.isArray(keys)) throw new ArgumentError(`expected an array of ${what}s, got ${describe(keys)}`);
  const copy: unknown[] = Array.from(keys);
  for (const key of copy) checkKey(key, what);
  return copy as string[];
}

function keyRefusal(what: string, got: string): ArgumentError {
  return new ArgumentError(`expected a ${what} of 1 byte to ${MAX_KEY_BYTES} bytes as UTF-8, got ${got}`);
}
