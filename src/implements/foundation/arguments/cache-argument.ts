import { isUint8Array } from 'node:util/types';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

/** The longest key, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;
const EMPTY = new Uint8Array(0);

/** Refuses what is not a key. Its text is in no message: keys are the application's. */
export function checkKey(key: unknown, what = 'key'): asserts key is string {
  if (typeof key !== 'string') throw refusal(what, describe(key));
  if (key.length === 0) throw refusal(what, 'an empty string');
  // Three bytes is the most that one unit of UTF-16 takes, so a short key needs no counting.
  if (key.length > MAX_KEY_BYTES / 3) {
    const bytes = Buffer.byteLength(key);
    if (bytes > MAX_KEY_BYTES) throw refusal(what, `one of ${bytes} bytes`);
  }
  if (!key.isWellFormed()) throw refusal(what, 'one with a lone surrogate');
}

/** The keys of a list, every one checked; a copy, which stays as it was checked. */
export function checkedKeys(keys: unknown, what = 'key'): string[] {
  if (!Array.isArray(keys)) throw new ArgumentError(`expected an array of ${what}s, got ${describe(keys)}`);
  const copy: unknown[] = Array.from(keys);
  for (const key of copy) checkKey(key, what);
  return copy as string[];
}

/** The bytes of a value, as they are stored; `null` is no bytes. Not copied. */
export function valueBytes(value: unknown, maxValueBytes: number): Uint8Array {
  if (value === null) return EMPTY;
  if (!isUint8Array(value)) {
    throw new ArgumentError(`expected a value as Uint8Array or null, got ${describe(value)}`);
  }
  const bytes = plainView(value);
  if (bytes.byteLength > maxValueBytes) {
    throw new ArgumentError(
      `expected a value of at most ${maxValueBytes} bytes (maxValueBytes), got one of ${bytes.byteLength} bytes`,
    );
  }
  return bytes;
}

/** The entries of a bulk write, every one checked, its bytes copied: an iterable may use one buffer for them all. */
export function checkedEntries(entries: unknown, maxValueBytes: number): [key: string, value: Uint8Array][] {
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    throw new ArgumentError(`expected entries as an iterable of [key, value], got ${describe(entries)}`);
  }
  const checked: [string, Uint8Array][] = [];
  for (const entry of entries as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new ArgumentError(`expected an entry as [key, value], got ${describe(entry)}`);
    }
    const [key, value] = entry as [unknown, unknown];
    checkKey(key);
    checked.push([key, new Uint8Array(valueBytes(value, maxValueBytes))]);
  }
  return checked;
}

/** Refuses what is not a pattern. */
export function checkPattern(pattern: unknown): asserts pattern is string | undefined {
  if (pattern === undefined) return;
  if (typeof pattern !== 'string')
    throw new ArgumentError(`expected a pattern as text, got ${describe(pattern)}`);
  if (Buffer.byteLength(pattern) > MAX_KEY_BYTES) {
    throw new ArgumentError(`expected a pattern of at most ${MAX_KEY_BYTES} bytes, got a longer one`);
  }
  if (!pattern.isWellFormed()) throw new ArgumentError('expected a pattern, got one with a lone surrogate');
}

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const [bufferOf, offsetOf, lengthOf] = (['buffer', 'byteOffset', 'byteLength'] as const).map(
  (name) => Object.getOwnPropertyDescriptor(typedArray, name)?.get,
) as [() => ArrayBuffer, () => number, () => number];

/** The bytes that an array really has, whatever a subclass says of its length. */
function plainView(array: Uint8Array): Uint8Array {
  return new Uint8Array(bufferOf.call(array), offsetOf.call(array), lengthOf.call(array));
}

function refusal(what: string, got: string): ArgumentError {
  return new ArgumentError(`expected a ${what} of 1 byte to ${MAX_KEY_BYTES} bytes as UTF-8, got ${got}`);
}
