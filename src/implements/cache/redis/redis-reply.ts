import { ConnectionError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-connection.js';

const LINE_END_BYTES = 2;
/** Size from which a copy has memory of its own; a smaller one is in the pool of Node and costs almost nothing. */
const LARGE_BYTES = 4096;

/** Copies the bytes of a reply that another caller has too. */
export function replyBytes(reply: RedisReply | undefined): Uint8Array | null {
  if (reply !== null && !Buffer.isBuffer(reply)) throw notAnAnswer();
  return reply === null ? null : Buffer.from(reply);
}

/**
 * Returns the bytes of a reply that no other caller has. A reply is in the chunk that the socket read, together with
 * the replies of other callers, and is copied. A large reply that is alone in its chunk, or that was assembled from
 * several chunks, shares its memory with no other reply and is not copied.
 */
export function ownBytes(reply: RedisReply | undefined): Uint8Array | null {
  return Buffer.isBuffer(reply) && isAlone(reply) ? reply : replyBytes(reply);
}

/**
 * Tells whether the memory holds only these bytes, or only their reply: `$`, their number, line end, bytes, line end.
 */
function isAlone(reply: Buffer): boolean {
  if (reply.byteLength < LARGE_BYTES) return false;
  const { byteOffset, byteLength, buffer } = reply;
  if (byteLength === buffer.byteLength) return true;
  const end = byteOffset + byteLength + LINE_END_BYTES;
  return end === buffer.byteLength && byteOffset === 1 + String(byteLength).length + LINE_END_BYTES;
}

/** Returns a reply that is a list of a length. */
export function replyList(reply: RedisReply, length: number): readonly RedisReply[] {
  if (!Array.isArray(reply) || reply.length !== length) throw notAnAnswer();
  return reply;
}

/** Converts the PTTL of a present entry to the terms of the ports. */
export function remainingMs(life: number): number {
  return life === -1 ? Number.POSITIVE_INFINITY : Math.max(1, life);
}

/** Error for an unexpected reply: the server is not Redis, or the connection is out of step. */
function notAnAnswer(): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', 'unexpected reply from Redis', 'unknown');
}
