import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CODECS } from '../../../src/implements/foundation/codecs/codecs.js';
import { decompress } from '../../../src/implements/typed-cache/wire/compression.js';
import { decodeEnvelope, encodeEnvelope } from '../../../src/implements/typed-cache/wire/envelope.js';
import { SPECIAL_NAMES } from '../../../src/implements/foundation/codecs/values/special-value.js';
import { FROZEN_ENVELOPES, FROZEN_VALUES } from './frozen-samples.js';

describe.each(FROZEN_VALUES)('frozen value: $what', ({ value, json, msgpack }) => {
  it('a frozen value is still read', () => {
    assert.deepEqual(CODECS.json.decode(Buffer.from(json)), value);
    assert.deepEqual(CODECS.msgpack.decode(Buffer.from(msgpack, 'hex')), value);
  });

  it('a frozen value is still written in the same bytes, for readers of earlier versions', () => {
    assert.equal(Buffer.from(CODECS.json.encode(value)).toString(), json);
    assert.equal(Buffer.from(CODECS.msgpack.encode(value)).toString('hex'), msgpack);
  });
});

describe.each(FROZEN_ENVELOPES)('frozen envelope: $what', ({ envelope, hex }) => {
  it('a frozen envelope is still read', () => {
    const reading = decodeEnvelope(Buffer.from(hex, 'hex'));
    assert.ok(reading.state === 'envelope');
    const { payload } = reading.envelope;
    assert.deepEqual({ ...reading.envelope, payload: Buffer.from(payload) }, envelope);
  });

  it('a frozen envelope is still written in the same bytes', () => {
    assert.equal(Buffer.from(encodeEnvelope(envelope)).toString('hex'), hex);
  });
});

describe('frozen samples', () => {
  it('a frozen compressed payload is decompressed', () => {
    const compressed = FROZEN_ENVELOPES.find(({ envelope }) => envelope.compression === 'gzip')?.envelope;
    assert.ok(compressed);
    assert.deepEqual(decompress(compressed, 1000), Buffer.from(`"${'a'.repeat(100)}"`));
  });

  it('an invalid date is read as an invalid Date', () => {
    for (const date of [
      CODECS.json.decode(Buffer.from(' {"$":["Date"]}')),
      CODECS.msgpack.decode(Buffer.from('c70006', 'hex')),
    ]) {
      assert.ok(date instanceof Date);
      assert.equal(date.getTime(), Number.NaN);
    }
    assert.equal(Buffer.from(CODECS.msgpack.encode(new Date(Number.NaN))).toString('hex'), 'c70006');
  });

  it('the frozen samples cover every kind of value', () => {
    const all = JSON.stringify(FROZEN_VALUES.map(({ json }) => json));
    const missing = SPECIAL_NAMES.filter(
      (name) => !all.includes(`[\\\\\\"${name}\\\\\\"`) && !all.includes(`[\\"${name}\\"`),
    );
    assert.deepEqual(missing, ['String']);
  });
});
