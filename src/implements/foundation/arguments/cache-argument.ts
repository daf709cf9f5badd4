import { isUint8Array } from 'node:util/types';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/** Maximum length of a key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;
const EMPTY = new Uint8Array(0);

/** Refuses an invalid key. Messages do not contain its text, because keys are data of the application. */
export function checkKey(key: unknown, what = 'key'): asserts key is string {
  if (typeof key !== 'string') throw refusal(what, describe(key));
  if (key.length === 0) throw refusal(what, 'an empty string');
  // A UTF-16 code unit takes at most three bytes, so a short key needs no counting.
  if (key.length > MAX_KEY_BYTES / 3) {
    const bytes = Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) throw refusal(what, `one of ${bytes} bytes`);
  }
  if (!key.isWellFormed()) throw refusal(what, 'one with a lone surrogate');
}

/** Checks every key of a list, and returns a copy, which cannot change after the check. */
export function checkedKeys(keys: unknown, what = 'key'): string[] {
  if (!Array.isArray(keys)) throw new ArgumentError(`expected an array of ${what}s, got ${describe(keys)}`);
  const copy: unknown[] = Array.from(keys);
  for (const key of copy) checkKey(key, what);
  return copy as string[];
}

/** Returns the bytes to store for a value, not copied; `null` becomes empty bytes. */
export function valueBytes(value: unknown, maxValueBytes: number): Uint8Array {
  if (value === null) return EMPTY;
  if (!isUint8Array(value)) {
    throw new ArgumentError(`expected a Uint8Array or null as the value, got ${describe(value)}`);
  }
  const bytes = plainView(value);
  if (bytes.byteLength > maxValueBytes) {
    throw new ArgumentError(
      `expected a value of at most ${maxValueBytes} bytes (maxValueBytes), got one of ${bytes.byteLength} bytes`,
    );
  }
  return bytes;
}

/** Checks every entry of a bulk write and copies its bytes, because an iterable may reuse one buffer for all values. */
export function checkedEntries(entries: unknown, maxValueBytes: number): [key: string, value: Uint8Array][] {
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    throw new ArgumentError(
      `expected an iterable of [key, value] pairs as the entries, got ${describe(entries)}`,
    );
  }
  const checked: [string, Uint8Array][] = [];
  for (const entry of entries as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new ArgumentError(`expected a [key, value] pair as an entry, got ${describe(entry)}`);
    }
    const [key, value] = entry as [unknown, unknown];
    checkKey(key);
    checked.push([key, new Uint8Array(valueBytes(value, maxValueBytes))]);
  }
  return checked;
}

/** Refuses an invalid pattern. */
export function checkPattern(pattern: unknown): asserts pattern is string | undefined {
  if (pattern === undefined) return;
  if (typeof pattern !== 'string')
    throw new ArgumentError(`expected a string as the pattern, got ${describe(pattern)}`);
  if (Buffer.byteLength(pattern) > MAX_KEY_BYTES) {
    throw new ArgumentError(`expected a pattern of at most ${MAX_KEY_BYTES} bytes, got a longer one`);
  }
  if (!pattern.isWellFormed()) throw new ArgumentError('expected a pattern, got one with a lone surrogate');
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const [bufferOf, offsetOf, lengthOf] = (['buffer', 'byteOffset', 'byteLength'] as const).map(
  (name) => Object.getOwnPropertyDescriptor(typedArray, name)?.get,
) as [() => ArrayBuffer, () => number, () => number];

/** Views the real bytes of an array, even when a subclass reports another length. */
function plainView(array: Uint8Array): Uint8Array {
  return new Uint8Array(bufferOf.call(array), offsetOf.call(array), lengthOf.call(array));
}

function refusal(what: string, got: string): ArgumentError {
  return new ArgumentError(`expected a ${what} of 1 byte to ${MAX_KEY_BYTES} bytes as UTF-8, got ${got}`);
}
