import { ConnectionError } from '../../interfaces/errors.js';
import type { RedisReply } from '../../interfaces/redis-connection.js';

/** The bytes of a reply, copied: somebody else has the reply too. */
export function replyBytes(reply: RedisReply | undefined): Uint8Array | null {
  if (reply !== null && !Buffer.isBuffer(reply)) throw notAnAnswer();
  return reply === null ? null : Buffer.from(reply);
}

/**
 * The bytes of a reply that nobody else has. It mostly lies in the chunk that the socket read, beside the replies of
 * other callers, and is copied; one that came in two chunks has been put together in memory of its own.
 */
export function ownBytes(reply: RedisReply | undefined): Uint8Array | null {
  const isAlone = Buffer.isBuffer(reply) && reply.byteLength === reply.buffer.byteLength;
  return isAlone ? reply : replyBytes(reply);
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
