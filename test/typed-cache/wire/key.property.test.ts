import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { encodeKey } from '../../../src/implements/foundation/codecs/values/cache-key.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';

/** Texts that other keys might become: with quotes, brackets, marks and words of the canonical form. */
const text = fc.oneof(
  fc
    .array(
      fc.constantFrom('~', '#', '"', '[', ']', '{', '}', ',', ':', '@', '\\', 'n', '0', '1', '-', 'a', 'é'),
      {
        maxLength: 5,
      },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    '',
    'null',
    'undefined',
    'NaN',
    'true',
    '__proto__',
    'constructor',
    '~""',
    '~[]',
    '@0',
    '1n',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);

/** Few values, so that two of them are often equal, or nearly. */
const key: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  key: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom<unknown>(0, -0, 1, -1, 1.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY, 0n, 1n, -1n),
    fc.constantFrom<unknown>(
      true,
      false,
      null,
      undefined,
      new Date(0),
      new Date(1),
      new Date(Number.NaN),
      [],
      {},
    ),
    fc.array(tie('key'), { maxLength: 3 }),
    fc.array(fc.tuple(text, tie('key')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
  ),
})).key;

/** Short ones stay, longer ones become hashes. */
const maxBytes = fc.constantFrom(1024, 45, 3);

/** The same, with the names of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, reordered(part)]),
  );
}

describe('key texts of random keys', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  it('equal keys have one text, and different keys have different texts', () => {
    fc.assert(
      fc.property(key, key, maxBytes, (one, two, most) => {
        assert.equal(encodeKey(one, most) === encodeKey(two, most), isDeepStrictEqual(one, two));
      }),
      runs(5000, 1_000_000),
    );
  });

  it('the text of a key, used as a key, has another text', () => {
    fc.assert(
      fc.property(key, maxBytes, (one, most) => {
        const became = encodeKey(one, most);
        if (became !== one) assert.notEqual(encodeKey(became, most), became);
      }),
      runs(1000, 100_000),
    );
  });

  it('the text of a key does not depend on the order of its properties', () => {
    fc.assert(
      fc.property(key, (one) => {
        assert.equal(encodeKey(reordered(one)), encodeKey(one));
      }),
      runs(500, 100_000),
    );
  });

  it('the text of every key is a valid key of a store', () => {
    fc.assert(
      fc.property(key, fc.constantFrom(1024, 45), (one, most) => {
        const bytes = Buffer.byteLength(encodeKey(one, most));
        assert.ok(bytes >= 1 && bytes <= most);
      }),
      runs(500, 100_000),
    );
  });
});
