import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import {
  decodeEnvelope,
  type Envelope,
  encodeEnvelope,
} from '../../../src/implements/typed-cache/wire/envelope.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import { SIMPLE } from './frozen-samples.js';

function reading(envelope: Envelope): unknown {
  const read = decodeEnvelope(encodeEnvelope(envelope));
  if (read.state !== 'envelope') return read.state;
  return { ...read.envelope, payload: Buffer.from(read.envelope.payload) };
}

describe('envelope', () => {
  it.each<[string, Partial<Envelope>]>([
    ['a value', {}],
    ['null', { kind: 'null', payload: Buffer.alloc(0) }],
    ['an absence', { kind: 'absent', payload: Buffer.alloc(0) }],
    ['an empty payload', { payload: Buffer.alloc(0) }],
    ['lives beyond 32 bits', { lifeMs: 36_500 * 86_400_000, graceMs: Number.MAX_SAFE_INTEGER }],
    ['a namespace', { namespaceGeneration: 'AbCdEf0123456789' }],
    [
      'tags',
      {
        tags: [
          { tag: 'user:1', generation: 'abc' },
          { tag: '日本 🙂', generation: '' },
        ],
      },
    ],
    [
      'many tags',
      { tags: Array.from({ length: 300 }, (_, at) => ({ tag: `t${at}`, generation: `g${at}` })) },
    ],
    ['a version', { version: '2026-11 é' }],
    ['a compression', { compression: 'zstd' }],
    ['a codec of the application', { codec: 'x.protobuf+v2' }],
  ])('an envelope keeps %s', (_what, part) => {
    const envelope = { ...SIMPLE, ...part };
    assert.deepEqual(reading(envelope), envelope);
  });

  it('writeEnvelope refuses invalid times', () => {
    for (const time of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      for (const name of ['lifeMs', 'graceMs', 'createdAtMs']) {
        assert.throws(() => encodeEnvelope({ ...SIMPLE, [name]: time }), ArgumentError);
      }
    }
  });

  it('an envelope of a later version, and bytes of other programs, are foreign', () => {
    const later = Buffer.from(encodeEnvelope(SIMPLE));
    later[2] = 2;
    for (const bytes of [later, Buffer.from('{"id":1}'), Buffer.alloc(0), Buffer.from('c1', 'hex')]) {
      assert.equal(decodeEnvelope(bytes).state, 'foreign');
    }
  });
});
