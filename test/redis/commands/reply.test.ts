import { describe, expect, it } from 'vitest';
import { ownBytes, replyBytes } from '../../../src/implements/redis/commands/reply.js';

/** A chunk of a socket, in its own memory, and a reply in it. */
function replyIn(before: string, bytes: string, after: string): Buffer {
  const chunk = Buffer.from(new TextEncoder().encode(before + bytes + after).buffer);
  return chunk.subarray(before.length, before.length + bytes.length);
}

const TEXT = 'x'.repeat(5000);
/** Replies of other calls in the same chunk. */
const others = (bytes: number): string => `${'y'.repeat(bytes)}\r\n`;

const PARTS: [title: string, before: string, bytes: string, after: string, isCopied: boolean][] = [
  ['put together from two chunks', '', TEXT, '', false],
  ['alone in its chunk', '$5000\r\n', TEXT, '\r\n', false],
  ['small, in a chunk no larger than the pool of Node', '$4\r\n', 'abcd', others(8000), false],
  ['small, in a larger chunk', '$4\r\n', 'abcd', others(8200), true],
  ['an eighth of its chunk', '$5000\r\n', TEXT, others(34_000), false],
  ['less than an eighth of its chunk', '$5000\r\n', TEXT, others(36_000), true],
];

/** Transfers bytes to another thread, as far as that is allowed; returns `true` when they are gone. */
function isTransferable(bytes: Uint8Array): boolean {
  const { buffer } = bytes;
  try {
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  } catch {
    // Node 20 copies memory that cannot be transferred, later versions throw.
  }
  return bytes.byteLength === 0;
}

describe('bytes of a reply', () => {
  it.each(PARTS)(
    'a reply is copied only if it would keep alive more than 8 KiB and more than eight times its size: %s',
    (_, before, bytes, after, isCopied) => {
      const reply = replyIn(before, bytes, after);
      const own = ownBytes(reply) as Uint8Array;
      expect(Buffer.from(own).toString()).toBe(bytes);
      expect(own.buffer === reply.buffer).toBe(!isCopied);
      // A small copy lies in the pool of Node, which Node 24 has made larger.
      expect(own.buffer.byteLength).toBeLessThanOrEqual(Math.max(8192, Buffer.poolSize, 8 * bytes.length));
    },
  );

  it('the memory that a reply shares with others cannot be transferred, so that no caller takes it from them', () => {
    const reply = replyIn(':1\r\n$5000\r\n', TEXT, '\r\n$1\r\nx\r\n');
    expect(isTransferable(ownBytes(reply) as Uint8Array)).toBe(false);
    expect(reply.byteLength).toBe(5000);
    expect(isTransferable(ownBytes(replyIn('$5000\r\n', TEXT, '\r\n')) as Uint8Array)).toBe(true);
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
