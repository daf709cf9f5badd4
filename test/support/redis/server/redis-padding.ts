import { randomBytes } from 'node:crypto';
import type { RedisServer } from './redis-server.js';

/** Padding of a server, and arguments with which it takes many seconds to load it. */
export interface Padding {
  readonly keys: number;
  /** More bytes than a server loads before it serves its clients again; random, and therefore incompressible. */
  readonly valueBytes: number;
  readonly args: readonly string[];
}

const ADJUSTABLE: Padding = {
  keys: 1500,
  valueBytes: 1200,
  args: ['--key-load-delay', '20000', '--loading-process-events-interval-bytes', '1024'],
};
/** Redis 6.2 serves its clients after every two megabytes, whatever is configured. */
const FIXED: Padding = { keys: 60, valueBytes: 2_200_000, args: ['--key-load-delay', '150000'] };

/** The padding that suits the version of the server. */
export function paddingOf(redisMajor: number): Padding {
  return redisMajor < 7 ? FIXED : ADJUSTABLE;
}

/** Stores keys that take long to load, also on a single node of a cluster; returns the keys. */
export async function addPadding(server: RedisServer, padding: Padding): Promise<string[]> {
  const value = randomBytes(padding.valueBytes);
  for (let tag = 0; ; tag += 1) {
    const keys = Array.from({ length: padding.keys }, (_, index) => `padding:{${tag}}:${index}`);
    try {
      await server.cli('SET', keys[0] as string, '');
    } catch (error) {
      if (String(error).includes('MOVED')) continue;
      throw error;
    }
    await Promise.all(keys.map((key) => server.cli('SET', key, value)));
    return keys;
  }
}
