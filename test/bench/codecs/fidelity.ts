import { inspect, isDeepStrictEqual } from 'node:util';
import type { ICodec } from '../../../src/interfaces/codec.js';
import { FROZEN_VALUES } from '../../typed-cache/wire/frozen-samples.js';
import { SUBJECTS, type SubjectName } from './subjects.js';

/**
 * `same`: deeply equal. `refused`: `encode` throws. `CHANGED`: `decode` returns another value, without an error.
 * `UNREADABLE`: `decode` throws on the codec's own bytes.
 */
export type Fate = 'same' | 'refused' | 'CHANGED' | 'UNREADABLE';

class Account {
  readonly balance = 1;
}
class Day extends Date {
  readonly zone = 'UTC';
}

const cycle: { self?: unknown } = {};
cycle.self = cycle;

/** Values that codecs lose easily. A correct codec either preserves or refuses each of them. */
const EASILY_LOST: Readonly<Record<string, unknown>> = {
  Date: { at: new Date(1_790_000_000_000) },
  'Date, milliseconds before 1970': { at: new Date(-1) },
  'invalid Date': { at: new Date(Number.NaN) },
  'Map with objects as keys': new Map<unknown, unknown>([[{ id: 1 }, new Map([[1, 'a']])]]),
  Set: new Set([1, 'a', new Set([2])]),
  bigint: { n: 12n },
  'bigint beyond 64 bits': { n: -(2n ** 100n) },
  'undefined in an object': { a: undefined, b: 1 },
  'undefined in an array': [undefined, 1],
  '-0': [-0],
  'NaN and infinities': [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  'integer of 2^53': [2 ** 53, -(2 ** 63)],
  RegExp: [/a"\/b/giu],
  URL: [new URL('https://example.org/?q=1')],
  Uint8Array: [new Uint8Array([1, 2, 3])],
  Buffer: [Buffer.from('abc')],
  ArrayBuffer: [new Uint8Array([1, 2]).buffer],
  'Float64Array and BigInt64Array': [new Float64Array([1.5, -0]), new BigInt64Array([-1n])],
  DataView: [new DataView(new Uint8Array([1, 2]).buffer)],
  'array with a hole': [Array.from({ length: 2 }).concat(new Array(1))],
  'array with a name': [Object.assign([1], { extra: 2 })],
  'own name __proto__': JSON.parse('{"__proto__":{"a":1},"b":2}') as unknown,
  'own name __proto__ beside a Date': [new Date(0), JSON.parse('{"__proto__":{"a":1}}')],
  'own names constructor, prototype': [new Date(0), { constructor: { prototype: { a: new Date(1) } } }],
  'data that look like a tag': [{ $: ['Date', 0] }, { json: 1, meta: { values: ['Date'] } }, ['Date', 0]],
  'text with a lone surrogate': ['a\ud800'],
  'name with a lone surrogate': [{ '\ud800': 1 }],
  'instance of a class': [new Account()],
  'instance of a subclass of Date': [new Day(0)],
  'name that is a symbol': [{ a: 1, [Symbol('b')]: 2 }],
  function: [{ greet: () => 'hello' }],
  'object with toJSON': [{ a: 1, toJSON: () => 'other' }],
  Error: [new TypeError('broken')],
  cycle,
  '600 levels': levels(600),
};

export async function measureFidelity(subject: SubjectName): Promise<Record<string, Fate>> {
  const codec: ICodec = await SUBJECTS[subject].open();
  const fates = Object.fromEntries(
    Object.entries(EASILY_LOST).map(([name, value]) => [name, fateOf(codec, value)]),
  );
  return {
    ...fates,
    'bytes apart from the value': isolationOf(codec),
    'bytes that our codecs have stored': storedFate(codec, SUBJECTS[subject].format === 'MessagePack'),
  };
}

function fateOf(codec: ICodec, value: unknown): Fate {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(codec.encode(value));
  } catch {
    return 'refused';
  }
  try {
    return isSame(codec.decode(bytes), value) ? 'same' : 'CHANGED';
  } catch {
    return 'UNREADABLE';
  }
}

/** Compares invalid dates too, which are unequal in Node.js 20. */
function isSame(value: unknown, other: unknown): boolean {
  if (isDeepStrictEqual(value, other)) return true;
  const text = inspect(value);
  return text === '{ at: Invalid Date }' && text === inspect(other);
}

/** Tells whether a codec reads every sample of stored bytes that must stay readable in all later versions. */
function storedFate(codec: ICodec, isMessagePack: boolean): Fate {
  try {
    const isRead = FROZEN_VALUES.every(({ value, json, msgpack }) =>
      isSame(codec.decode(isMessagePack ? Buffer.from(msgpack, 'hex') : Buffer.from(json)), value),
    );
    return isRead ? 'same' : 'CHANGED';
  } catch {
    return 'UNREADABLE';
  }
}

/** Tells whether a decoded value stays unchanged when the buffer that it was decoded from is overwritten. */
function isolationOf(codec: ICodec): Fate {
  const value = { bytes: new Uint8Array(100).fill(7) };
  const stored = Uint8Array.from(codec.encode(value));
  const before = codec.decode(stored);
  const after = codec.decode(stored);
  stored.fill(0);
  return isDeepStrictEqual(before, after) && isDeepStrictEqual(after, codec.decode(codec.encode(value)))
    ? 'same'
    : 'CHANGED';
}

function levels(count: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < count; level += 1) value = [value];
  return value;
}
