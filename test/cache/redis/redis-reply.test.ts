import { describe, expect, it } from 'vitest';
import { ownBytes, replyBytes } from '../../../src/implements/cache/redis/redis-reply.js';

/** A chunk of a socket, in its own memory, and a reply in it. */
function replyIn(before: string, bytes: string, after: string): Buffer {
  const chunk = Buffer.from(new TextEncoder().encode(before + bytes + after).buffer);
  return chunk.subarray(before.length, before.length + bytes.length);
}

const TEXT = 'x'.repeat(5000);

const PARTS: [title: string, before: string, after: string, isAlone: boolean][] = [
  ['put together from two chunks', '', '', true],
  ['alone in its chunk', '$5000\r\n', '\r\n', true],
  ['before another', '$5000\r\n', '\r\n+OK\r\n', false],
  ['behind another', ':1\r\n$5000\r\n', '\r\n', false],
  ['first of a list', '*1\r\n$5000\r\n', '\r\n', false],
  ['whose first bytes came in another chunk', '', '\r\n', false],
];

describe('bytes of a reply', () => {
  it.each(PARTS)(
    'a large reply is answered without a copy only if it is alone in its memory: %s',
    (_, before, after, isAlone) => {
      const reply = replyIn(before, TEXT, after);
      const own = ownBytes(reply) as Uint8Array;
      expect(Buffer.from(own).toString()).toBe(TEXT);
      expect(own.buffer === reply.buffer).toBe(isAlone);
    },
  );

  it('a small reply is copied, because the copy costs less than the memory it releases', () => {
    const reply = replyIn('$4\r\n', 'abcd', '\r\n');
    expect(ownBytes(reply)?.buffer).not.toBe(reply.buffer);
  });

  it('an absent reply has no bytes', () => {
    expect(ownBytes(null)).toBeNull();
    expect(() => ownBytes('text')).toThrow('unexpected reply from Redis');
  });
});

it('the bytes of a reply to several calls are always copied', () => {
  const reply = replyIn('', TEXT, '');
  expect(replyBytes(reply)?.buffer).not.toBe(reply.buffer);
});
