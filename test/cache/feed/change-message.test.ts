import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeChannel,
  decodeChange,
  encodeChange,
} from '../../../src/implements/cache/redis/announcing/change-message.js';

const sender = Buffer.from('0102030405060708', 'hex');

/** Messages as they are on the wire, which processes of other releases send and read. */
const SAMPLES = [
  [{ kind: 'keys', sender, names: ['user:7'] }, '01010102030405060708000100067573 65723a37'],
  [{ kind: 'keys', sender, names: ['a', 'ä'] }, '0101010203040506070800020001610002c3a4'],
  [{ kind: 'generations', sender, names: ['tag'] }, '0102010203040506070800010003746167'],
  [{ kind: 'all', sender, names: [] }, '010301020304050607080000'],
  [{ kind: 'nonce', sender, names: ['ff'] }, '010401020304050607080001000266 66'],
] as const;

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('messages of changes', () => {
  it.each(SAMPLES)('a message has its bytes for good: %j', (message, hex) => {
    expect(encodeChange(message).toString('hex')).toBe(bytesOf(hex).toString('hex'));
    expect(decodeChange(bytesOf(hex))).toEqual(message);
  });

  it.each([
    ['nothing', ''],
    ['a head that is cut', '0101010203040506070800'],
    ['another version', '020101020304050607080000'],
    ['another kind', '010501020304050607080000'],
    ['kind zero', '010001020304050607080000'],
    ['a name that is cut', '0101010203040506070800010003 6162'],
    ['fewer names than counted', '0101010203040506070800020001 61'],
    ['bytes after the last name', '0101010203040506070800010001 6162'],
    ['a name that is no UTF-8', '0101010203040506070800010001 ff'],
  ])('a message that is broken is not understood: %s', (_, hex) => {
    expect(decodeChange(bytesOf(hex))).toBeUndefined();
  });

  it('any names arrive as they were sent', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (names) => {
        expect(decodeChange(encodeChange({ kind: 'keys', sender, names }))?.names).toEqual(names);
      }),
    );
  });

  it('random bytes are a message or not understood, and never an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const message = decodeChange(Buffer.from(bytes));
        if (message !== undefined) expect(encodeChange(message)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('the channel begins with the prefix of the keys', () => {
    expect(changeChannel('users:', '3')).toBe('users:\0inv1\x003');
  });
});
