import { isUint8Array } from 'node:util/types';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../describe.js';

const EMPTY = new Uint8Array(0);

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

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const [bufferOf, offsetOf, lengthOf] = (['buffer', 'byteOffset', 'byteLength'] as const).map(
  (name) => Object.getOwnPropertyDescriptor(typedArray, name)?.get,
) as [() => ArrayBuffer, () => number, () => number];

/** Views the real bytes of an array, even when a subclass reports another length. */
function plainView(array: Uint8Array): Uint8Array {
  return new Uint8Array(bufferOf.call(array), offsetOf.call(array), lengthOf.call(array));
}
