import { literalPattern } from '../../../foundation/arguments/pattern.js';
import type { Finding, Patient } from './finding.js';

const PINGS = 100;
/** Time after which a slow server has been asked enough. */
const LONGEST_MS = 2000;
const KEYS = 1000;
/** First byte after the prefix of keys that are not entries, which may live for ever. */
const RESERVED = 0xff;

/** Latency of PINGs in turn, beside the timeout of commands. */
export async function latencyCheck({ connection, signal }: Patient): Promise<Finding> {
  const check = 'latency';
  const times: number[] = [];
  let spent = 0;
  const { commandTimeoutMs: boundMs } = connection;
  while (times.length < PINGS && spent < LONGEST_MS) {
    const took = await connection.ping({ signal });
    times.push(took);
    spent += took;
  }
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor((times.length - 1) * part)] as number;
  const [half, most] = [at(0.5), at(0.99)];
  const message = `PING takes ${half.toFixed(1)} ms (p50), ${most.toFixed(1)} ms (p99)`;
  if (boundMs === undefined || most < boundMs / 2) return { check, status: 'ok', message };
  const remedy = 'look for slow commands (SLOWLOG GET), a distant server, or raise commandTimeout';
  const beside = `${message}; commandTimeout is ${boundMs} ms`;
  return { check, status: 'warn', cause: 'slow', message: beside, remedy };
}

/** Keys of caches that never expire, in a sample: something else wrote them, or took their TTL. */
export async function expiryChecks({ connection, users, signal }: Patient): Promise<Finding[]> {
  const check = 'expiry';
  const found: Finding[] = [];
  for (const { prefix } of users.filter((user) => user.class === 'RedisCache')) {
    const start = Buffer.byteLength(prefix);
    const [lasting, seen] = [new Set<string>(), new Set<string>()];
    for await (const page of connection.scan(`${literalPattern(prefix)}*`, { signal })) {
      const keys = page.filter((key) => key[start] !== RESERVED).slice(0, KEYS - seen.size);
      const lives = await connection.pipeline(
        keys.map((key) => ({ command: ['PTTL', key], keys: [key] })),
        { signal },
      );
      for (const [index, key] of keys.entries()) {
        seen.add(key.toString('latin1'));
        if (lives[index] === -1) lasting.add(key.toString('latin1'));
      }
      if (seen.size >= KEYS) break;
    }
    if (lasting.size === 0) {
      found.push({ check, status: 'ok', message: `all of ${seen.size} sampled keys of a cache expire` });
      continue;
    }
    const message = `${lasting.size} of ${seen.size} sampled keys of a cache never expire`;
    const remedy = 'find who writes below its prefix, and give each cache a prefix of its own';
    found.push({ check, status: 'warn', cause: 'no-expiry', message, remedy });
  }
  return found;
}
