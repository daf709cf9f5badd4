import { isUint8Array } from 'node:util/types';
import { ArgumentError, CodecError } from '../../../interfaces/errors.js';
import type {
  KeyValueCallOptions,
  KeyValueSetOptions,
  KeyValueWriteOptions,
} from '../../../interfaces/key-value.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import { bufferOf, utf8Text } from '../../foundation/codecs/values/utf8.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { checkSignal } from '../../foundation/waiting/abort-listeners.js';
import type { StorableValue, ValueWrite, WriteCondition, WrittenLife } from './value-store.js';

/** Maximum number of keys of one call, which the store handles as one step. */
const MAX_KEYS = 10_000;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

const CALL = new Set(['signal']);
const INCREMENT = new Set(['signal', 'expire']);
const WRITE = new Set(['signal', 'expire', 'keepExpire']);
const SET = new Set(['signal', 'expire', 'keepExpire', 'when']);
const LIFE = new Set(['expire', 'keepExpire']);

/** Options of a call that has no others. @throws {ArgumentError} */
export function signalOf(options: KeyValueCallOptions | undefined): AbortSignal | undefined {
  return options === undefined ? undefined : checkedOptions(options, CALL).signal;
}

/** Options of `increment`. @throws {ArgumentError} */
export function incrementOf(options: { readonly expire?: unknown } | undefined): number | undefined {
  if (options === undefined) return undefined;
  const { expire } = checkedOptions(options, INCREMENT);
  return expire === undefined ? undefined : requireDurationMs(expire);
}

/** Life and condition of `set`. @throws {ArgumentError} */
export function setOf(options: KeyValueSetOptions | undefined): {
  readonly life: WrittenLife;
  readonly when: WriteCondition;
} {
  if (options === undefined) return { life: 'endless', when: undefined };
  const { when } = checkedOptions(options, SET);
  if (when !== undefined && when !== 'absent' && when !== 'present') {
    throw new ArgumentError(`expected the option when as 'absent' or 'present', got ${describe(when)}`);
  }
  return { life: lifeOf(options) ?? 'endless', when };
}

/** Checks every entry of `setMany`; of a key that is named twice the last one counts. @throws {ArgumentError} */
export function writesOf(
  entries: unknown,
  options: KeyValueWriteOptions | undefined,
  maxValueBytes: number,
): ValueWrite[] {
  const life = options === undefined ? undefined : lifeOf(checkedOptions(options, WRITE));
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    throw new ArgumentError(`expected an iterable of [key, value] as the entries, got ${describe(entries)}`);
  }
  const writes = new Map<string, ValueWrite>();
  for (const entry of entries as Iterable<unknown>) {
    if (!Array.isArray(entry) || entry.length < 2 || entry.length > 3) {
      throw new ArgumentError(
        `expected [key, value] or [key, value, life] as an entry, got ${describe(entry)}`,
      );
    }
    const [key, value, own] = entry as [unknown, unknown, unknown];
    checkKey(key);
    const ownLife = own === undefined ? undefined : lifeOf(checkedOptions(own as KeyValueWriteOptions, LIFE));
    writes.delete(key);
    writes.set(key, { key, value: storable(value, maxValueBytes), life: ownLife ?? life ?? 'endless' });
  }
  if (writes.size > MAX_KEYS) throw tooMany(writes.size);
  return [...writes.values()];
}

/** Checks a list of keys. @throws {ArgumentError} */
export function listedKeys(keys: unknown): string[] {
  const checked = checkedKeys(keys);
  if (checked.length > MAX_KEYS) throw tooMany(checked.length);
  return checked;
}

/** Checks a value, and copies its bytes. @throws {ArgumentError} */
export function storable(value: unknown, maxValueBytes: number): StorableValue {
  if (typeof value === 'string') return storableText(value, maxValueBytes);
  if (isUint8Array(value)) return Buffer.from(valueBytes(value, maxValueBytes));
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  const got = typeof value === 'number' ? String(value) : describe(value);
  throw new ArgumentError(`expected a Uint8Array, a string or a finite number as the value, got ${got}`);
}

function storableText(text: string, maxValueBytes: number): string {
  // A UTF-16 code unit takes at most three bytes.
  if (text.length * 3 > maxValueBytes) {
    const bytes = Buffer.byteLength(text);
    if (bytes > maxValueBytes) {
      throw new ArgumentError(
        `expected a value of at most ${maxValueBytes} bytes (maxValueBytes), got one of ${bytes} bytes`,
      );
    }
  }
  if (!text.isWellFormed()) throw new ArgumentError('expected text as the value, got a lone surrogate in it');
  return text;
}

/** Checks what is added to a counter. @throws {ArgumentError} */
export function amount(by: unknown): bigint {
  if (typeof by === 'bigint' && by >= MIN_INT64 && by <= MAX_INT64) return by;
  if (Number.isSafeInteger(by)) return BigInt(by as number);
  const got = typeof by === 'number' ? String(by) : describe(by);
  throw new ArgumentError(`expected an integer of 64 bits to add, got ${got}`);
}

/** Text of bytes. @throws {CodecError} */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8Text(bufferOf(bytes), 0, bytes.byteLength);
  } catch {
    throw new CodecError('E_DECODE', 'the bytes are no UTF-8');
  }
}

function lifeOf({ expire, keepExpire }: KeyValueWriteOptions): WrittenLife | undefined {
  if (keepExpire !== undefined && typeof keepExpire !== 'boolean') {
    throw new ArgumentError(`expected the option keepExpire as a boolean, got ${describe(keepExpire)}`);
  }
  if (expire === undefined) return keepExpire ? 'keep' : undefined;
  if (keepExpire) throw new ArgumentError('keepExpire conflicts with expire: give one of them');
  return requireDurationMs(expire);
}

/** Refuses options that are none: a misspelt `expire` would store a value for ever. */
function checkedOptions<Options extends object>(options: Options, names: ReadonlySet<string>): Options {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError(`expected the options as an object, got ${describe(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.has(name)) {
      throw new ArgumentError(`expected the options ${[...names].join(', ')}; got another one`);
    }
  }
  checkSignal((options as KeyValueCallOptions).signal);
  return options;
}

function tooMany(count: number): ArgumentError {
  return new ArgumentError(`expected at most ${MAX_KEYS} keys in a call, got ${count}`);
}
