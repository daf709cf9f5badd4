import { ConnectionError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-connection.js';

const LINE_END_BYTES = 2;
/** From this size on a copy has memory of its own; below, it lies in Node's pool and costs next to nothing. */
const LARGE_BYTES = 4096;

/** The bytes of a reply, copied: somebody else has the reply too. */
export function replyBytes(reply: RedisReply | undefined): Uint8Array | null {
  if (reply !== null && !Buffer.isBuffer(reply)) throw notAnAnswer();
  return reply === null ? null : Buffer.from(reply);
}

/**
 * The bytes of a reply that nobody else has. It lies in the chunk that the socket read, beside the replies of
 * other callers, and is copied; but for a large one that is alone there, or that came in two chunks and was put together:
 * that memory is nobody else's.
 */
export function ownBytes(reply: RedisReply | undefined): Uint8Array | null {
  return Buffer.isBuffer(reply) && isAlone(reply) ? reply : replyBytes(reply);
}

/** Whether memory holds nothing but these bytes, or them in a reply: `$`, their number, a line's end, and another. */
function isAlone(reply: Buffer): boolean {
  if (reply.byteLength < LARGE_BYTES) return false;
  const { byteOffset, byteLength, buffer } = reply;
  if (byteLength === buffer.byteLength) return true;
  const end = byteOffset + byteLength + LINE_END_BYTES;
  return end === buffer.byteLength && byteOffset === 1 + String(byteLength).length + LINE_END_BYTES;
}

/** A reply that is a list of so many. */
export function replyList(reply: RedisReply, length: number): readonly RedisReply[] {
  if (!Array.isArray(reply) || reply.length !== length) throw notAnAnswer();
  return reply;
}

/** What PTTL says of an entry that is there, in the terms of the ports. */
export function remainingMs(life: number): number {
  return life === -1 ? Number.POSITIVE_INFINITY : Math.max(1, life);
}

/** What answers is no Redis, or the connection is out of step. */
function notAnAnswer(): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', 'Redis answered something else than was asked', 'unknown');
}
