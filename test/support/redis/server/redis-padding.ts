import { randomBytes } from 'node:crypto';
import type { RedisServer } from './redis-server.js';

const KEYS = 1500;
/** More bytes than a server loads before it serves its clients again; random, and therefore incompressible. */
const VALUE_BYTES = 1200;

/** Stores keys that take long to load, also on a single node of a cluster; returns the keys. */
export async function addPadding(server: RedisServer): Promise<string[]> {
  for (let tag = 0; ; tag += 1) {
    const keys = Array.from({ length: KEYS }, (_, index) => `padding:{${tag}}:${index}`);
    try {
      await server.cli('SET', keys[0] as string, '');
    } catch (error) {
      if (String(error).includes('MOVED')) continue;
      throw error;
    }
    await Promise.all(keys.map((key) => server.cli('SET', key, randomBytes(VALUE_BYTES))));
    return keys;
  }
}
