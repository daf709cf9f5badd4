import { isDate, isMap, isPromise, isSet, isUint8Array } from 'node:util/types';

/** Describes the type of a value, not its content, for messages that must not show the value. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string')
    return `a string of ${value.length} character${value.length === 1 ? '' : 's'}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (isPromise(value)) return 'a promise';
  if (isUint8Array(value)) return 'a Uint8Array';
  if (isDate(value)) return 'a Date';
  if (isMap(value)) return 'a Map';
  if (isSet(value)) return 'a Set';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
