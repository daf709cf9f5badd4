import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'vitest';
import { encodeKey } from '../../../src/implements/foundation/codecs/values/cache-key.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';

const SECRET = 'hunter2';
const cycle: { readonly id: number; self?: unknown } = { id: 1 };
cycle.self = [cycle];
let deep: unknown = 1;
for (let level = 0; level < 65; level += 1) deep = [deep];
let doubling: unknown = [SECRET];
for (let level = 0; level < 40; level += 1) doubling = [doubling, doubling];

describe('key texts', () => {
  it('a short text is its own key text', () => {
    for (const key of ['user:1', 'a b', '*', '{x}', '日本', '__proto__', '1', 'null', '["a"]', '\0', 'a~']) {
      assert.equal(encodeKey(key), key);
    }
  });

  it('the text of a key depends neither on the order of its properties nor on its prototype', () => {
    const bare = Object.assign(Object.create(null) as object, { a: [1], b: 2 });
    for (const key of [{ a: [1], b: 2 }, { b: 2, a: [1] }, bare]) {
      assert.equal(encodeKey(key), '~{"a":[1],"b":2}');
    }
  });

  it('a key text that would be too long is replaced by its hash', () => {
    const hash = (text: string): string => `~#${createHash('sha256').update(text).digest('base64url')}`;
    const long = 'é'.repeat(513);
    assert.equal(encodeKey('é'.repeat(512)), 'é'.repeat(512));
    assert.equal(encodeKey(long), hash(long));
    assert.equal(encodeKey([long]), hash(`~["${long}"]`));
    assert.equal(encodeKey(`~${long}`), hash(`~~${long}`));
    assert.equal(encodeKey('a'.repeat(100), 100), 'a'.repeat(100));
    assert.equal(encodeKey('a'.repeat(101), 100), hash('a'.repeat(101)));
    assert.equal(encodeKey(hash(long)), `~${hash(long)}`);
  });

  it.each<[string, unknown, RegExp]>([
    ['a lone surrogate', `${SECRET}\ud800`, /a string with a lone surrogate$/],
    ['a lone surrogate in it', [{ a: '\udfff' }], /a lone surrogate at \[0\]\.a$/],
    ['a lone surrogate in a name', { '\ud800': 1 }, /a lone surrogate at \["…"\]$/],
    ['a function', () => SECRET, /a function$/],
    ['a function in it', { query: { filter: () => SECRET } }, /a function at query\.filter$/],
    ['a symbol', [Symbol(SECRET)], /a symbol at \[0\]$/],
    ['a map', [new Map([[SECRET, 1]])], /an instance of a class at \[0\]$/],
    ['bytes', { id: Buffer.from(SECRET) }, /an instance of a class at id$/],
    ['an instance', new (class Query {})(), /an instance of a class$/],
    ['a subclass of array', [new (class List extends Array {})()], /an instance of a class at \[0\]$/],
    [
      'a date with fields',
      [Object.assign(new Date(0), { zone: SECRET })],
      /an instance of a class at \[0\]$/,
    ],
    ['a name that is a symbol', { [Symbol('a')]: SECRET }, /a symbol property$/],
    ['a hole', new Array(2), /a hole of an array at \[0\]$/],
    ['a cycle', cycle, /a cycle at self\[0\]$/],
    ['too many levels', deep, /more than 64 levels/],
    ['a text without end', doubling, /at most 1048576 characters, got a longer one$/],
  ])('a key with %s is refused, and the error names its place but not its content', (_what, key, message) => {
    assert.throws(
      () => encodeKey(key),
      (error: unknown) =>
        ArgumentError.is(error) && message.test(error.message) && !error.message.includes(SECRET),
    );
  });

  it('a date in a key is its time, whichever class made it', () => {
    for (const date of [new Date(5), new (class Today extends Date {})(5)])
      assert.equal(encodeKey([date]), '~[@5]');
  });

  it('a key may hold the same object twice', () => {
    const range = { from: 1 };
    assert.equal(encodeKey([range, range]), '~[{"from":1},{"from":1}]');
  });
});
