import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  decodeBundle,
  encodeBundle,
  isBundle,
  MAX_BUNDLED,
} from '../../../src/implements/typed-cache/wire/bundle.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';
import { FROZEN_BUNDLE, FROZEN_ENVELOPES } from './frozen-samples.js';

const part = fc.record(
  { beforeMs: fc.maxSafeNat(), bytes: fc.uint8Array({ maxLength: 300 }) },
  { noNullPrototype: true },
);
const parts = fc.array(part, { minLength: 2, maxLength: MAX_BUNDLED });

/** Bytes with the checksum that they would have, had they been written like that. */
function resealed(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.concat([bytes, Buffer.alloc(4)]);
  copy.writeUInt32BE(crc32(bytes), bytes.byteLength);
  return copy;
}

describe('bundle', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  it('a frozen bundle is still read, and still written in the same bytes', () => {
    const { parts: frozen, hex } = FROZEN_BUNDLE;
    assert.equal(Buffer.from(encodeBundle(frozen)).toString('hex'), hex);
    assert.deepEqual(decodeBundle(Buffer.from(hex, 'hex')), frozen);
  });

  it('a bundle is read back unchanged', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const read = decodeBundle(encodeBundle(given));
        assert.deepEqual(
          read.map(({ beforeMs, bytes }) => ({ beforeMs, bytes: new Uint8Array(bytes) })),
          given,
        );
      }),
      runs(200, 20_000),
    );
  });

  it('a damaged bundle is refused', () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, at, bits) => {
        const bytes = Buffer.from(encodeBundle(given));
        const index = at % bytes.byteLength;
        assert.deepEqual(decodeBundle(bytes.subarray(0, index)), []);
        bytes[index] = (bytes[index] as number) ^ bits;
        assert.deepEqual(decodeBundle(bytes), []);
      }),
      runs(200, 20_000),
    );
  });

  it('bytes that claim to be a bundle are read without throwing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 60 }), (count, content) => {
        const bytes = resealed(Buffer.from([0xc1, 0x1c, 2, count, ...content]));
        const read = decodeBundle(bytes);
        assert.ok(read.length === 0 || read.length === count);
      }),
      runs(500, 50_000),
    );
  });

  it('an envelope is no bundle', () => {
    for (const { hex } of FROZEN_ENVELOPES) assert.equal(isBundle(Buffer.from(hex, 'hex')), false);
  });
});
