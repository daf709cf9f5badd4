import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';
import { checkKey } from './key.js';
import { valueBytes } from './value.js';

/** Refuses what cannot be the entries of a bulk write; each entry is still to be checked. */
export function checkEntries(entries: unknown): asserts entries is Iterable<unknown> {
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    throw new ArgumentError(`expected entries as an iterable of [key, value], got ${describe(entries)}`);
  }
}

/** The entries of a bulk write, every one checked, its bytes copied: an iterable may use one buffer for them all. */
export function checkedEntries(entries: unknown, maxValueBytes: number): [key: string, value: Uint8Array][] {
  checkEntries(entries);
  const checked: [string, Uint8Array][] = [];
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2) {
      throw new ArgumentError(`expected an entry as [key, value], got ${describe(entry)}`);
    }
    const [key, value] = entry as [unknown, unknown];
    checkKey(key);
    checked.push([key, new Uint8Array(valueBytes(value, maxValueBytes))]);
  }
  return checked;
}
