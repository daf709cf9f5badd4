import { Buffer } from 'node:buffer';
import {
  isAnyArrayBuffer,
  isArrayBuffer,
  isDataView,
  isDate,
  isMap,
  isRegExp,
  isSet,
  isTypedArray,
} from 'node:util/types';

/**
 * Special values: JSON has no type for them, but codecs represent them by a name and a content that consists of
 * ordinary values. Names and their positions in this list are stored: append only, never change.
 */
export const SPECIAL_NAMES = [
  'undefined',
  '-0',
  'NaN',
  'Infinity',
  '-Infinity',
  'bigint',
  'Date',
  'Map',
  'Set',
  'Object',
  'RegExp',
  'URL',
  'String',
  'ArrayBuffer',
  'DataView',
  'Buffer',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'BigUint64Array',
  'BigInt64Array',
] as const;

export type SpecialName = (typeof SPECIAL_NAMES)[number];

/** A special value as name and content. The content of a value that consists of bytes is a view of them. */
export interface Special {
  readonly name: SpecialName;
  readonly content: unknown;
}

type ViewClass = new (buffer: ArrayBuffer) => object;

const VIEWS: ReadonlyMap<string, ViewClass> = new Map<string, ViewClass>([
  ['DataView', DataView],
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Int8Array', Int8Array],
  ['Uint16Array', Uint16Array],
  ['Int16Array', Int16Array],
  ['Uint32Array', Uint32Array],
  ['Int32Array', Int32Array],
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
  ['BigUint64Array', BigUint64Array],
  ['BigInt64Array', BigInt64Array],
]);

/** Maximum number of digits of a bigint: the time to parse one grows faster than linearly. */
const MAX_DIGITS = 16_384;

const BYTES: ReadonlySet<unknown> = new Set(['String', 'Buffer', 'ArrayBuffer', ...VIEWS.keys()]);

/** Tells whether the content of a special value is bytes. */
export function isOfBytes(name: unknown): boolean {
  return BYTES.has(name);
}

/** Splits a value that is not a string, boolean, array or plain object; `undefined` when no format can represent it. */
export function specialOf(value: unknown): Special | undefined {
  switch (typeof value) {
    case 'undefined':
      return { name: 'undefined', content: null };
    case 'number':
      return { name: (Object.is(value, -0) ? '-0' : String(value)) as SpecialName, content: null };
    case 'bigint': {
      const digits = String(value);
      return digits.length <= MAX_DIGITS ? { name: 'bigint', content: digits } : undefined;
    }
    case 'object':
      return value === null ? undefined : specialObject(value);
    default:
      return undefined;
  }
}

function specialObject(value: object): Special | undefined {
  if (isDate(value)) return isPlainDate(value) ? dateContent(value.getTime()) : undefined;
  if (isTypedArray(value) || isDataView(value) || isAnyArrayBuffer(value)) return bytesOf(value);
  if (!isBare(value)) return undefined;
  if (isMap(value) && isOwnOf(value, 'Map', 'set')) return { name: 'Map', content: [...value].flat(1) };
  if (isSet(value) && isOwnOf(value, 'Set', 'add')) return { name: 'Set', content: [...value] };
  if (isRegExp(value) && isOwnOf(value, 'RegExp', 'exec'))
    return { name: 'RegExp', content: [value.source, value.flags] };
  if (isUrl(value) && isOwnOf(value, 'URL', 'href')) return { name: 'URL', content: value.href };
  return undefined;
}

/**
 * Tells whether an object is an instance of a built-in class itself, not of a subclass: of this realm, of another one,
 * or of a class that replaces the global one.
 */
function isOwnOf(value: object, name: 'Map' | 'Set' | 'RegExp' | 'URL', member: string): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return false;
  return isBuiltIn(prototype, member) || prototype === globalThis[name].prototype;
}

/** Tells whether a prototype is that of a built-in class, which owns its members and inherits from `Object` only. */
function isBuiltIn(prototype: object, member: string): boolean {
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return Object.hasOwn(prototype, member) && parent !== null && Object.getPrototypeOf(parent) === null;
}

/** Tells whether an object is a URL, also of an implementation other than Node's. */
function isUrl(value: object): value is URL {
  return Object.prototype.toString.call(value) === '[object URL]' && 'href' in value;
}

/**
 * Tells whether a date consists of its time only: it has no properties, and its class adds nothing to `Date` except a
 * constructor. Fake timers replace `Date` by such a class.
 */
export function isPlainDate(value: Date): boolean {
  if (!isBare(value)) return false;
  let prototype = Object.getPrototypeOf(value) as object | null;
  while (prototype !== null && !isBuiltIn(prototype, 'getTime')) {
    const adds = Reflect.ownKeys(prototype).some((name) => name !== 'constructor');
    if (adds && prototype !== Date.prototype) return false;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return prototype !== null;
}

function dateContent(timeMs: number): Special {
  return { name: 'Date', content: Number.isNaN(timeMs) ? null : timeMs };
}

/** Tells whether an object has no properties except those of its class. Node stores some of its own under symbols. */
function isBare(value: object): boolean {
  return (
    Object.keys(value).length === 0 &&
    !Object.getOwnPropertySymbols(value).some((symbol) =>
      Object.prototype.propertyIsEnumerable.call(value, symbol),
    )
  );
}

function bytesOf(value: NodeJS.ArrayBufferView | ArrayBufferLike): Special | undefined {
  if (!isTypedArray(value) && !isDataView(value)) {
    return isArrayBuffer(value) ? { name: 'ArrayBuffer', content: new Uint8Array(value) } : undefined;
  }
  const content = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const prototype = Object.getPrototypeOf(value) as object;
  if (prototype === Buffer.prototype) return { name: 'Buffer', content };
  const name = isDataView(value) ? 'DataView' : value[Symbol.toStringTag];
  const isOwn =
    Object.hasOwn(prototype, isDataView(value) ? 'getInt8' : 'BYTES_PER_ELEMENT') ||
    prototype === (globalThis as unknown as Record<string, ViewClass>)[name]?.prototype;
  return isOwn && VIEWS.has(name) ? { name: name as SpecialName, content } : undefined;
}

/**
 * Restores a special value from its content, in new memory.
 *
 * @param content  Owned by this call: it may become the value.
 * @throws {Error} when it is not the content of such a value.
 */
export function specialFrom(name: unknown, content: unknown): unknown {
  switch (name as SpecialName) {
    case 'undefined':
      return undefined;
    case '-0':
    case 'NaN':
    case 'Infinity':
    case '-Infinity':
      return Number(name);
    case 'bigint':
      return bigintFrom(textIn(content));
    case 'Date':
      if (content !== null && typeof content !== 'number') throw malformed();
      return new Date(content ?? Number.NaN);
    case 'Map':
      return new Map(pairsIn(content));
    case 'Set':
      return new Set(arrayIn(content));
    case 'Object':
      // Defines the properties instead of assigning them, so `__proto__` is a name like any other.
      return Object.fromEntries(pairsIn(content).map(([key, value]) => [textIn(key), value]));
    case 'RegExp': {
      const [source, flags] = arrayIn(content);
      return new RegExp(textIn(source), textIn(flags));
    }
    case 'URL':
      return new URL(textIn(content));
    default:
      return viewFrom(name, content);
  }
}

function viewFrom(name: unknown, content: unknown): unknown {
  if (!(content instanceof Uint8Array)) throw malformed();
  if (name === 'String') return Buffer.from(content).toString('utf16le');
  if (name === 'Buffer') return Buffer.from(content);
  const { buffer } = new Uint8Array(content);
  if (name === 'ArrayBuffer') return buffer;
  const View = VIEWS.get(String(name));
  if (View === undefined) throw malformed();
  return new View(buffer);
}

function bigintFrom(digits: string): bigint {
  if (digits.length > MAX_DIGITS || !/^-?\d+$/.test(digits)) throw malformed();
  return BigInt(digits);
}

function textIn(content: unknown): string {
  if (typeof content !== 'string') throw malformed();
  return content;
}

function arrayIn(content: unknown): unknown[] {
  if (!Array.isArray(content)) throw malformed();
  return content as unknown[];
}

function pairsIn(content: unknown): [unknown, unknown][] {
  const flat = arrayIn(content);
  if (flat.length % 2 !== 0) throw malformed();
  const pairs: [unknown, unknown][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at], flat[at + 1]]);
  return pairs;
}

function malformed(): Error {
  return new Error('a special value whose content is malformed');
}
