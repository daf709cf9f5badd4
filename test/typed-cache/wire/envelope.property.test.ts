import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
} from '../../../src/implements/typed-cache/wire/envelope.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';

const timeMs = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 127, 128, 2 ** 32, 2 ** 53 - 1));
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

const envelope: fc.Arbitrary<Envelope> = fc
  .record(
    {
      kind: fc.constantFrom('value', 'null', 'absent'),
      codec: fc.constantFrom('json', 'msgpack', 'x'),
      compression: fc.constantFrom('none', 'gzip', 'brotli', 'zstd'),
      version: text,
      createdAtMs: timeMs,
      lifeMs: timeMs,
      graceMs: timeMs,
      namespaceGeneration: fc.option(text, { nil: undefined }),
      tags: fc.array(fc.record({ tag: text, generation: text }, { noNullPrototype: true }), {
        maxLength: 200,
      }),
      payload: fc.uint8Array({ maxLength: 200 }),
    },
    { noNullPrototype: true },
  )
  .map((parts) => (parts.kind === 'value' ? parts : { ...parts, payload: new Uint8Array(0) }) as Envelope);

const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 5 });

/** Bytes with some of their bits turned. */
function damaged(bytes: Uint8Array, changes: readonly (readonly [at: number, bits: number])[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (const [at, bits] of changes) copy[at % copy.length] = (copy[at % copy.length] as number) ^ bits;
  return copy;
}

/** Bytes with the checksum that they would have, had they been written like that. */
function resealed(bytes: Uint8Array): Uint8Array {
  const end = Math.max(0, bytes.byteLength - 4);
  const copy = Buffer.from(bytes);
  if (copy.byteLength >= 4) copy.writeUInt32BE(crc32(copy.subarray(0, end)), end);
  return copy;
}

describe('envelope', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  it('an envelope is read back unchanged, its payload as a view', () => {
    fc.assert(
      fc.property(envelope, (given) => {
        const bytes = encodeEnvelope(given);
        const reading = decodeEnvelope(bytes);
        assert.ok(reading.state === 'envelope');
        assert.equal(reading.envelope.payload.buffer, bytes.buffer);
        assert.deepEqual({ ...reading.envelope, payload: new Uint8Array(reading.envelope.payload) }, given);
      }),
      runs(500, 100_000),
    );
  });

  it('a damaged envelope is refused', () => {
    fc.assert(
      fc.property(envelope, fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), (given, change) => {
        assert.notEqual(decodeEnvelope(damaged(encodeEnvelope(given), [change])).state, 'envelope');
      }),
      runs(500, 100_000),
    );
  });

  it('a truncated envelope is refused', () => {
    fc.assert(
      fc.property(envelope, fc.nat(), (given, cut) => {
        const bytes = encodeEnvelope(given);
        assert.notEqual(decodeEnvelope(bytes.subarray(0, cut % bytes.byteLength)).state, 'envelope');
      }),
      runs(500, 100_000),
    );
  });

  it('random bytes are never read as an envelope', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        assert.notEqual(decodeEnvelope(bytes).state, 'envelope');
        assert.notEqual(decodeEnvelope(new Uint8Array([0xc1, 0x1c, 1, ...bytes])).state, 'envelope');
      }),
      runs(2500, 100_000),
    );
  });

  it('bytes with a correct checksum and random content are read without throwing', () => {
    fc.assert(
      fc.property(envelope, damage, fc.nat(), (given, changes, cut) => {
        const bytes = damaged(encodeEnvelope(given), changes);
        bytes.set([0xc1, 0x1c, 1]);
        for (const each of [bytes, bytes.subarray(0, 3 + (cut % (bytes.byteLength - 2)))]) {
          const reading = decodeEnvelope(resealed(each));
          if (reading.state !== 'envelope') continue;
          // The result is never larger than the input: every text and tag is contained in the bytes.
          const { tags, payload } = reading.envelope;
          assert.ok(2 * tags.length + payload.byteLength <= each.byteLength);
        }
      }),
      runs(3000, 100_000),
    );
  });
});

describe('envelope with false claims', () => {
  const head = 'c11c0100';
  const tagged = 'c11c0140';
  const numbers = '000000';

  it('the crafted envelope without a false claim is read', () => {
    for (const hex of [`${head}${numbers}0000`, `${tagged}${numbers}0000010000`]) {
      assert.equal(decodeEnvelope(resealed(Buffer.from(`${hex}00000000`, 'hex'))).state, 'envelope');
    }
  });

  it('an envelope with a false claim about a text is undecodable, whatever its checksum reads as', () => {
    for (let created = 0; created < 128; created += 1) {
      const bytes = Buffer.from(`${head}${numbers}00026100000000`, 'hex');
      bytes[4] = created;
      assert.equal(decodeEnvelope(resealed(bytes)).state, 'undecodable');
    }
  });

  it.each([
    ['a text', `${head}${numbers}000561`],
    ['a text by one byte', `${head}${numbers}000261`],
    ['a text of 32 bits', `${head}${numbers}ffffffff0f`],
    ['a text beyond 53 bits', `${head}${numbers}ffffffffffffffffff01`],
    ['a number in two bytes that is 0', `${head}800000000000`],
    ['a number in two bytes that needs one', `${head}810000000000`],
    ['a number without end', `${head}${'ff'.repeat(40)}`],
    ['the count of its tags', `${tagged}${numbers}0000ffffffffffff0f`],
    ['its tags, of which there are none', `${tagged}${numbers}000000`],
    ['a kind that there is not', `c11c0103${numbers}0000`],
    ['a compression that there is not', `c11c0110${numbers}0000`],
    ['a flag that there is not', `c11c0180${numbers}0000`],
    ['a payload of null', `c11c0101${numbers}000000`],
    ['text that is no UTF-8', `c11c0100${numbers}01ff00`],
  ])('an envelope with a false claim about %s is undecodable', (_what, hex) => {
    const bytes = resealed(Buffer.from(`${hex}00000000`, 'hex'));
    assert.equal(decodeEnvelope(bytes).state, 'undecodable');
  });
});
