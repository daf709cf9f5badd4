import { createHash } from 'node:crypto';
import type { RedisScript } from '../../../interfaces/redis-command.js';

/**
 * Defines a script of constant text, with the digest that identifies it on the server. Everything variable is passed as
 * keys and arguments.
 */
export function defineScript(source: string): RedisScript {
  return Object.freeze({ source, digest: createHash('sha1').update(source).digest('hex') });
}
