import assert from 'node:assert/strict';
import { decode as decodeMsgpack, encode as encodeMsgpack } from '@msgpack/msgpack';
import fc from 'fast-check';
import { afterAll, describe, it } from 'vitest';
import { CODECS } from '../../../src/implements/foundation/codecs/codecs.js';
import { plainJsonCodec } from '../../../src/implements/foundation/codecs/plain-json-codec.js';
import type { ICodec } from '../../../src/interfaces/codec.js';
import { CodecError } from '../../../src/interfaces/errors.js';
import { CAMPAIGN_TIMEOUT_MS, runs } from '../../support/redis/stage/runs.js';
import { generatedValue, plainValue } from './generated-values.js';

const prototypesBefore = prototypes();

/** Properties of the prototypes that hostile data could pollute. */
function prototypes(): PropertyKey[][] {
  return [Object.prototype, Array.prototype, Map.prototype, Function.prototype].map((each) =>
    Reflect.ownKeys(each),
  );
}

/** A value, or the one error that a codec may throw; anything else fails. */
function decodedOrRefused(codec: ICodec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch (error) {
    assert.ok(CodecError.is(error) && error.code === 'E_DECODE', String(error));
    return undefined;
  }
}

describe.each([CODECS.json, CODECS.msgpack])('the codec $id', { timeout: CAMPAIGN_TIMEOUT_MS }, (codec) => {
  afterAll(() => assert.deepEqual(prototypes(), prototypesBefore));

  it('decode returns a value equal to the encoded one', () => {
    fc.assert(
      fc.property(generatedValue, (value) => {
        assert.deepEqual(codec.decode(codec.encode(value)), value);
      }),
      runs(500, 100_000),
    );
  });

  it('encode leaves its value unchanged', () => {
    fc.assert(
      fc.property(generatedValue, (value) => {
        const before = codec.encode(value);
        assert.deepEqual(codec.encode(value), before);
      }),
      runs(100, 10_000),
    );
  });

  it('a decoded value shares no memory with its bytes', () => {
    fc.assert(
      fc.property(generatedValue, (value) => {
        const bytes = new Uint8Array(codec.encode(value));
        const decoded = codec.decode(bytes);
        bytes.fill(0xff);
        assert.deepEqual(decoded, value);
      }),
      runs(200, 20_000),
    );
  });

  it('decode of damaged bytes returns a value or none, and does nothing else', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(generatedValue, damage, fc.nat(), (value, changes, cut) => {
        const bytes = new Uint8Array(codec.encode(value));
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        decodedOrRefused(codec, bytes);
        decodedOrRefused(codec, bytes.subarray(0, cut % (bytes.length + 1)));
      }),
      runs(500, 100_000),
    );
  });

  it('decode of any bytes returns a value or none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        decodedOrRefused(codec, bytes);
      }),
      runs(500, 100_000),
    );
  });
});

describe('plain values', { timeout: CAMPAIGN_TIMEOUT_MS }, () => {
  it('plain values are encoded as JSON.stringify does, with and without an envelope', () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        const text = JSON.stringify(value);
        assert.equal(Buffer.from(CODECS.json.encode(value)).toString(), text);
        assert.equal(Buffer.from(plainJsonCodec.encode(value)).toString(), text);
        assert.deepEqual(plainJsonCodec.decode(Buffer.from(text)), value);
      }),
      runs(200, 20_000),
    );
  });

  it('plain values in MessagePack can be read and written by other programs', () => {
    fc.assert(
      fc.property(plainValue, (value) => {
        assert.deepEqual(decodeMsgpack(CODECS.msgpack.encode(value)), value);
        assert.deepEqual(CODECS.msgpack.decode(encodeMsgpack(value)), value);
      }),
      runs(200, 20_000),
    );
  });
});
