import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import { describe, it, vi } from 'vitest';
import { CODECS, PLAIN_CODECS } from '../../../src/implements/foundation/codecs/codecs.js';
import type { ICodec } from '../../../src/interfaces/codec.js';
import { CodecError } from '../../../src/interfaces/errors.js';

const SECRET = 'hunter2';

class Account {
  readonly password = SECRET;
}
class Names extends Array<string> {}
class Day extends Date {
  zone = SECRET;
}
class Moment extends Date {
  override getTime(): number {
    return 0;
  }
}
class Index extends Map<string, string> {}
class Frozen extends Map<string, string> {
  override set(): this {
    return this;
  }
}

const cycle: { readonly name: string; self?: unknown } = { name: SECRET };
cycle.self = { inner: [cycle] };
const cyclicMap = new Map<string, unknown>([[SECRET, 1]]);
cyclicMap.set('self', cyclicMap);

function fail(): never {
  throw new Error(SECRET);
}

function nested(levels: number): unknown {
  let value: unknown = SECRET;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

/** Values that every codec refuses, and the place that the message names. */
const REFUSED: readonly (readonly [what: string, value: unknown, message: RegExp])[] = [
  ['a function', () => SECRET, /the value is a function$/],
  ['a symbol', Symbol(SECRET), /the value is a symbol$/],
  ['a function in an object', { user: { greet: () => SECRET } }, /a function at user\.greet$/],
  ['a toJSON', { toJSON: () => SECRET }, /a function at toJSON$/],
  ['a symbol in an array', [1, [Symbol(SECRET)]], /a symbol at \[1\]\[0\]$/],
  ['an instance', { account: new Account() }, /an instance of a class at account$/],
  ['an instance in a map', new Map([['a', new Account()]]), /an instance of a class at \[1\]$/],
  ['an instance in a set', { all: new Set([1, new Account()]) }, /an instance of a class at all\[1\]$/],
  ['an array of a subclass', { names: new Names(SECRET) }, /an instance of a class at names$/],
  ['a date of a subclass with fields', [new Day()], /a Date at \[0\]$/],
  ['a date of a subclass with methods', [new Moment()], /a Date at \[0\]$/],
  ['a map of a subclass', [new Index()], /a Map at \[0\]$|an instance of a class at \[0\]$/],
  ['a map of a subclass that overrides a method', [new Frozen()], /a Map at \[0\]$/],
  ['a date with a name of its own', [Object.assign(new Date(0), { zone: SECRET })], /a Date at \[0\]$/],
  ['an error', new Error(SECRET), /the value is an instance of a class$/],
  ['a promise', { user: Promise.resolve(SECRET) }, /a promise at user$/],
  ['a text object', [new String(SECRET)], /an instance of a class at \[0\]$/],
  ['a weak map', { cache: new WeakMap() }, /an instance of a class at cache$/],
  ['shared memory', [new SharedArrayBuffer(1)], /an instance of a class at \[0\]$/],
  ['a name that is a symbol', { meta: { [Symbol('id')]: SECRET } }, /a symbol property at meta$/],
  ['a hole', { list: new Array(2) }, /an array with a hole at list$/],
  ['a cycle', cycle, /a cycle at self\.inner\[0\]$/],
  ['a cycle through a map', { map: cyclicMap }, /a cycle at map\[3\]$/],
  ['too many levels', nested(513), /more than 512 levels at \[0\]\[0\]/],
  ['a bigint without end', { big: 10n ** 20_000n }, /a bigint at big$/],
  [
    'a property that throws',
    Object.defineProperty({}, 'a', { enumerable: true, get: fail }),
    /that cannot be read$/,
  ],
  ['a name that may be a secret', { [`${SECRET}@example.org`]: () => 1 }, /a function at \["…"\]$/],
];

function encodeError(codec: ICodec, value: unknown): CodecError {
  try {
    codec.encode(value);
  } catch (error) {
    assert.ok(CodecError.is(error));
    assert.equal(error.code, 'E_ENCODE');
    return error;
  }
  return assert.fail(`${codec.id} took it`);
}

describe.each([CODECS.json, CODECS.msgpack])('the codec $id', (codec) => {
  it.each(REFUSED)('encode refuses %s, and names its place but not its content', (_what, value, message) => {
    const error = encodeError(codec, value);
    assert.match(error.message, message);
    assert.equal(error.cause, undefined);
    assert.doesNotMatch(error.stack ?? '', new RegExp(SECRET));
  });

  it('a codec keeps every special value, at any place', () => {
    for (const lost of [
      -0,
      Number.NaN,
      Infinity,
      -Infinity,
      undefined,
      0n,
      null,
      0,
      '',
      false,
      [],
      {},
      '\ud800',
    ]) {
      for (const value of [
        lost,
        [lost],
        { lost },
        [[1], { lost }],
        new Set([lost]),
        new Map([[lost, lost]]),
      ]) {
        // A set and a map make 0 of -0 themselves.
        assert.deepEqual(codec.decode(codec.encode(value)), value);
      }
    }
  });

  it('a codec keeps 512 levels', () => {
    for (const value of [nested(512), { a: new Date(0), b: nested(511) }]) {
      assert.deepEqual(codec.decode(codec.encode(value)), value);
    }
    let maps: unknown = 1;
    for (let level = 0; level < 512; level += 1) maps = new Map([[1, maps]]);
    assert.deepEqual(codec.decode(codec.encode(maps)), maps);
  });

  it('a codec keeps property names that are special to JavaScript, and touches no prototype', () => {
    const value = JSON.parse(
      '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
    ) as object;
    for (const each of [value, { at: new Date(0), value }, new Map([[value, value]])]) {
      const decoded = codec.decode(codec.encode(each));
      assert.deepEqual(decoded, each);
    }
    const decoded = codec.decode(codec.encode({ at: new Date(0), value })) as { readonly value: object };
    assert.ok(Object.hasOwn(decoded.value, '__proto__'));
    assert.equal(Object.getPrototypeOf(decoded.value), Object.prototype);
    assert.equal((decoded.value as { isAdmin?: boolean }).isAdmin, undefined);
    assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
  });

  it('a codec keeps a date whichever class made it, under fake timers too', () => {
    class Today extends Date {}
    const bytes = codec.encode([new Date(5)]);
    for (const date of [new Today(5), runInNewContext('new (class extends Date {})(5)')]) {
      assert.deepEqual(codec.encode([date]), bytes);
      assert.equal((codec.decode(codec.encode([date])) as readonly Date[])[0]?.getTime(), 5);
    }
    vi.useFakeTimers({ now: 5, toFake: ['Date'] });
    try {
      const value = { at: new Date(), map: new Map([[new Date(7), 1]]) };
      assert.deepStrictEqual(codec.decode(codec.encode(value)), value);
      assert.deepEqual(codec.encode([new Date()]), bytes);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['Map', () => new Map([[1, 2]])],
    ['Set', () => new Set([1])],
    ['RegExp', (source = 'a') => new RegExp(source, 'g')],
    ['URL', () => new URL('http://a/')],
    ['Uint16Array', () => new Uint16Array([1])],
  ] as const)('a codec keeps a %s of a class that replaces the global one', (name, make) => {
    const original = make();
    const bytes = codec.encode(original);
    vi.stubGlobal(name, class extends (globalThis[name] as unknown as new () => object) {});
    try {
      assert.deepEqual(codec.encode(make()), bytes);
      assert.deepEqual(codec.encode(original), bytes, 'of the class before');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('a codec accepts data of another realm, and without a prototype', () => {
    const foreign: unknown = runInNewContext(
      '({ a: [1, { b: new Map([[new Date(5), new Set([/x/])]]) }], u: undefined })',
    );
    const bare = Object.assign(Object.create(null) as object, { a: 1n });
    assert.deepEqual(codec.decode(codec.encode(foreign)), {
      a: [1, { b: new Map([[new Date(5), new Set([/x/])]]) }],
      u: undefined,
    });
    assert.deepEqual(codec.decode(codec.encode(bare)), { a: 1n });
  });

  it('a codec keeps a view at its own length, not its whole buffer', () => {
    const view = new Float64Array(new ArrayBuffer(80), 16, 2).fill(1.5);
    const decoded = codec.decode(codec.encode({ view })) as { readonly view: Float64Array };
    assert.deepEqual(decoded.view, view);
    assert.equal(decoded.view.buffer.byteLength, 16);
  });

  it('an object that occurs twice in a value is written twice, and read as two copies', () => {
    const shared = { at: new Date(0) };
    const [one, two] = codec.decode(codec.encode([shared, shared])) as [object, object];
    assert.deepEqual([one, two], [shared, shared]);
    assert.notEqual(one, two);
  });

  it('a codec keeps large values', () => {
    const list = Array.from({ length: 66_000 }, (_, at) => at - 33_000);
    const bytes = new Uint8Array(70_000).fill(7);
    for (const each of [{ text: 'é🙂'.repeat(30_000) }, list, bytes, [bytes]]) {
      assert.ok(isDeepStrictEqual(codec.decode(codec.encode(each)), each));
    }
  });
});

describe('the codec json', () => {
  const decode = (text: string): unknown => CODECS.json.decode(Buffer.from(text));

  it.each(
    [
      ' {"$":["Function","return 1"]}',
      ' {"$":["Account"]}',
      ' {"$":["constructor"]}',
      ' {"$":["Date","2026-01-01"]}',
      ' {"$":["Map",[1]]}',
      ' {"$":["Map",{"length":0}]}',
      ' {"$":["Object",[1,2]]}',
      ' {"$":["bigint","1e9"]}',
      ` {"$":["bigint","${'9'.repeat(20_000)}"]}`,
      ' {"$":["RegExp",["(",""]]}',
      ' {"$":["URL","no url"]}',
      ' {"$":["Float64Array","AAAA"]}',
      ' {"$":["Buffer","!!!!"]}',
      ' {"$":["Buffer","AAA"]}',
      ' {"$":["Buffer",[1,2]]}',
      ' {"$":"Date"}',
      ' {"$":{}}',
      ' {"$":[]}',
      `${' '}${'['.repeat(600)}${']'.repeat(600)}`,
      '',
      'undefined',
      '{"a":1',
    ].map((text) => [text.slice(0, 60), text] as const),
  )('the codec json refuses %s', (_start, text) => {
    assert.throws(() => decode(text), { name: 'CodecError', code: 'E_DECODE' });
  });

  it('the codec json refuses bytes that are not UTF-8', () => {
    assert.throws(() => CODECS.json.decode(Buffer.from('22ff22', 'hex')), { code: 'E_DECODE' });
    assert.equal(decode('"\ufffd"'), '\ufffd');
  });

  it('the codec json marks tags by a leading space only', () => {
    assert.deepEqual(decode('{"$":["Date",0]}'), { $: ['Date', 0] });
    assert.deepEqual(decode(' {"$":["Date",0]}'), new Date(0));
  });
});

describe('the codec msgpack', () => {
  it('the codec msgpack keeps objects with many properties', () => {
    const object = Object.fromEntries(Array.from({ length: 66_000 }, (_, at) => [`k${at}`, at]));
    assert.ok(isDeepStrictEqual(CODECS.msgpack.decode(CODECS.msgpack.encode(object)), object));
  });

  it.each([
    ['an array longer than its bytes', 'dd7fffffff'],
    ['arrays of arrays longer than their bytes', 'dcffff'.repeat(2000)],
    ['a map longer than its bytes', 'df7fffffff'],
    ['a text longer than its bytes', 'db7fffffff61'],
    ['bytes longer than there are', 'c67fffffff00'],
    ['an extension longer than there are bytes', 'c97fffffff0700'],
    ['arrays without end', '91'.repeat(600)],
    ['a type that is no value', 'c1'],
    ['an extension that is not ours', 'd463'.concat('00')],
    ['a name that is __proto__', `81a9${Buffer.from('__proto__').toString('hex')}80`],
    ['a name that is a number', '810101'],
    ['a number beyond 53 bits', 'cfffffffffffffffff'],
    ['something behind the value', 'c0c0'],
    ['nothing', ''],
    ['broken UTF-8', 'a1ff'],
  ])('the codec msgpack refuses %s', (_what, hex) => {
    const before = process.memoryUsage().heapTotal;
    assert.throws(() => CODECS.msgpack.decode(Buffer.from(hex, 'hex')), {
      name: 'CodecError',
      code: 'E_DECODE',
    });
    assert.ok(process.memoryUsage().heapTotal - before < 64 * 1024 ** 2);
  });
});

describe('the codec text', () => {
  it('the codec text keeps texts', () => {
    for (const text of ['', 'a', '日本 🙂', '\ufeffa', '\0']) {
      assert.equal(CODECS.text.decode(CODECS.text.encode(text)), text);
    }
    assert.deepEqual(CODECS.text.encode('é'), Buffer.from('c3a9', 'hex'));
  });

  it('the codec text refuses every other value', () => {
    assert.match(encodeError(CODECS.text, { SECRET }).message, /requires a string: the value is an object$/);
    assert.match(encodeError(CODECS.text, `${SECRET}\udc00`).message, /the value has a lone surrogate$/);
    assert.throws(() => CODECS.text.decode(Buffer.from('ff', 'hex')), { code: 'E_DECODE' });
  });
});

describe('the codec bytes', () => {
  it('the codec bytes keeps a copy of its bytes', () => {
    const given = Buffer.from('abc');
    const encoded = CODECS.bytes.encode(given);
    given.fill(0);
    const decoded = CODECS.bytes.decode(encoded);
    encoded.fill(1);
    assert.deepEqual(decoded, new Uint8Array([97, 98, 99]));
  });

  it('the codec bytes refuses every other value', () => {
    for (const value of [SECRET, [1], new Uint16Array(1), new ArrayBuffer(1)]) {
      assert.doesNotMatch(encodeError(CODECS.bytes, value).message, new RegExp(SECRET));
    }
  });
});

describe('JSON without an envelope', () => {
  it('JSON without an envelope refuses a value that needs a tag, and names its place', () => {
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [{ user: { born: new Date(0) } }, /a Date at user\.born$/],
      [[1, undefined], /undefined at \[1\]$/],
      [{ n: Number.NaN }, /not finite, or -0 at n$/],
      [1n, /the value is a bigint$/],
      [{ f: () => 1 }, /a function at f$/],
      [{ $: [new Set()] }, /a Set at \$\[0\]$/],
      [Object.defineProperty({}, 'a', { enumerable: true, get: fail }), /that cannot be read$/],
    ];
    for (const [value, message] of cases)
      assert.match(encodeError(PLAIN_CODECS.json, value).message, message);
  });

  it('JSON without an envelope neither writes nor reads tags', () => {
    const value = { $: ['Date', 0] };
    assert.equal(Buffer.from(PLAIN_CODECS.json.encode(value)).toString(), '{"$":["Date",0]}');
    assert.deepEqual(PLAIN_CODECS.json.decode(Buffer.from(' {"$":["Date",0]}')), value);
  });
});
