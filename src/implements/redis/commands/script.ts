import { createHash } from 'node:crypto';
import type { RedisScript } from '../../../interfaces/redis-connection.js';

/** A script of constant text, and the digest that the server knows it by. What varies goes into keys and arguments. */
export function defineScript(source: string): RedisScript {
  return Object.freeze({ source, digest: createHash('sha1').update(source).digest('hex') });
}
