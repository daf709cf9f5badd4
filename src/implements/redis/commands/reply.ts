import { markAsUntransferable } from 'node:worker_threads';
import { ConnectionError } from '../../../interfaces/errors.js';
import type { RedisReply } from '../../../interfaces/redis-command.js';

const LINE_END_BYTES = 2;
/** Memory that an answer may keep alive, whatever its size: as much as a small copy in the pool of Node does. */
const POOL_BYTES = 8192;
/** Memory that a larger answer may keep alive, in multiples of its size. */
const LARGEST_SHARE = 8;

/** Copies the bytes of a reply that another caller has too. */
export function replyBytes(reply: RedisReply | undefined): Uint8Array | null {
  if (reply === null) return null;
  if (!Buffer.isBuffer(reply)) throw notAnAnswer();
  return copied(reply);
}

/** Returns the bytes of a reply that no other caller has. */
export function ownBytes(reply: RedisReply | undefined): Uint8Array | null {
  if (reply === null) return null;
  if (!Buffer.isBuffer(reply)) throw notAnAnswer();
  return ownBuffer(reply);
}

/**
 * Returns the bytes of a reply that no other caller has. A reply is a part of the chunk that the socket read, which
 * nothing writes to. It is copied only if it would keep alive too much of what it shares the chunk with: more than
 * `POOL_BYTES`, and more than `LARGEST_SHARE` times its own size.
 */
export function ownBuffer(reply: Buffer): Buffer {
  const { buffer, byteLength } = reply;
  if (buffer.byteLength > Math.max(POOL_BYTES, LARGEST_SHARE * byteLength)) return copied(reply);
  // As with the pool of Node: who transfers one answer must not take others with it.
  if (!isAlone(reply)) markAsUntransferable(buffer);
  return reply;
}

function copied(reply: Buffer): Buffer {
  const copy = Buffer.allocUnsafe(reply.byteLength);
  copy.set(reply);
  return copy;
}

/**
 * Tells whether the memory holds only these bytes, or only their reply: `$`, their number, line end, bytes, line end.
 */
function isAlone({ byteOffset, byteLength, buffer }: Buffer): boolean {
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
export function notAnAnswer(): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', 'unexpected reply from Redis', 'unknown');
}
