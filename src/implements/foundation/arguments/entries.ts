import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { checkKey } from './key.js';
import { valueBytes } from './value.js';

/** Refuses a value that cannot be the entries of a bulk write; the entries themselves are not checked. */
export function checkEntries(entries: unknown): asserts entries is Iterable<unknown> {
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    throw new ArgumentError(
      `expected an iterable of [key, value] pairs as the entries, got ${describe(entries)}`,
    );
  }
}

/** Checks every entry of a bulk write and copies its bytes, because an iterable may reuse one buffer for all values. */
export function checkedEntries(entries: unknown, maxValueBytes: number): [key: string, value: Uint8Array][] {
  checkEntries(entries);
  const checked: [string, Uint8Array][] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new ArgumentError(`expected a [key, value] pair as an entry, got ${describe(entry)}`);
    }
    const [key, value] = entry as [unknown, unknown];
    checkKey(key);
    checked.push([key, new Uint8Array(valueBytes(value, maxValueBytes))]);
  }
  return checked;
}
