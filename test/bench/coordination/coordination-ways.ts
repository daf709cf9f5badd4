import { createHash } from 'node:crypto';
import { createClient } from 'redis';
import { RedisMutexSite, RedisRateLimiter } from '../../../src/coordination.js';
import { QUEUE_PEER, queueOperation } from './queue-ways.js';

/** An operation, by the number of the call and that of its caller; what it needs is prepared for a number of calls. */
export type Operation = ((index: number, caller: number) => Promise<unknown>) & {
  readonly prepare?: (calls: number) => Promise<unknown>;
};

/** A task, and the ways to do it. `floor`: bare commands of node-redis, as few as the task needs. */
export type WayName = 'ours' | 'floor' | 'peer';

export type QueueTask = 'produce' | 'handle' | 'drain';

export interface Task {
  readonly kind: 'mutex' | 'limiter' | QueueTask;
  /** Subjects of a limiter; an operation of a mutex has a name of its caller. */
  readonly subjects: number;
  readonly isDenied: boolean;
}

export const PEERS = {
  ...{ mutex: 'redlock-universal', limiter: 'rate-limiter-flexible' },
  ...{ produce: QUEUE_PEER, handle: QUEUE_PEER, drain: QUEUE_PEER },
} as const;

const LEASE_MS = 10_000;
const HOUR_S = 3600;
const ENOUGH = 1_000_000;

const RELEASE =
  "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
const COUNT = `local n = redis.call('INCRBY', KEYS[1], 1)
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n`;

const sha = (source: string): string => createHash('sha1').update(source).digest('hex');

async function clientOf(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  await client.connect();
  for (const source of [RELEASE, COUNT]) await client.scriptLoad(source);
  return client;
}

/** Prepares an operation; the keys of each task begin with its prefix. */
export async function operationOf(
  name: WayName,
  port: number,
  { kind, subjects, isDenied }: Task,
  prefix: string,
): Promise<Operation> {
  if (kind === 'mutex') return name === 'ours' ? ourMutex(port, prefix) : otherMutex(name, port, prefix);
  if (kind !== 'limiter') return queueOperation(name, port, kind, prefix);
  const points = isDenied ? 1 : ENOUGH;
  const keyOf = (index: number): string => `user:${index % subjects}`;
  if (name === 'ours') return ourLimiter(port, prefix, points, keyOf);
  if (name === 'peer') return peerLimiter(port, prefix, points, keyOf);
  const client = await clientOf(port);
  const digest = sha(COUNT);
  return async (index) => {
    const options = { keys: [prefix + keyOf(index)], arguments: [String(HOUR_S * 1000)] };
    return Number(await client.evalSha(digest, options)) <= points;
  };
}

async function ourMutex(port: number, prefix: string): Promise<Operation> {
  const site = new RedisMutexSite({ host: '127.0.0.1', port, prefix, expire: LEASE_MS, wait: 1000 });
  await site.start();
  return async (_, caller) => {
    const lock = await site.getMutex(`lock:${caller}`).acquire();
    if (lock === undefined || !(await lock.release())) throw new Error('a free lock was not granted');
  };
}

async function otherMutex(name: WayName, port: number, prefix: string): Promise<Operation> {
  const client = await clientOf(port);
  if (name === 'floor') {
    const digest = sha(RELEASE);
    return async (index, caller) => {
      const [key, token] = [`${prefix}lock:${caller}`, `token:${index}`];
      const isSet = await client.set(key, token, {
        condition: 'NX',
        expiration: { type: 'PX', value: LEASE_MS },
      });
      if (isSet === null) throw new Error('a free lock was not granted');
      return client.evalSha(digest, { keys: [key], arguments: [token] });
    };
  }
  const { createLock, NodeRedisAdapter } = await import(PEERS.mutex as string); // This folder's package has it, not ours.
  const adapter = NodeRedisAdapter.from(client);
  const locks = new Map<number, ReturnType<typeof createLock>>();
  return async (_, caller) => {
    let lock = locks.get(caller);
    if (lock === undefined) {
      lock = createLock({ adapter, key: `${prefix}lock:${caller}`, ttl: LEASE_MS });
      locks.set(caller, lock);
    }
    const handle = await lock.acquire();
    if (!(await lock.release(handle))) throw new Error('a free lock was not granted');
  };
}

async function ourLimiter(
  port: number,
  prefix: string,
  points: number,
  keyOf: (index: number) => string,
): Promise<Operation> {
  const limits = [{ name: 'one', algorithm: 'fixedWindow', limit: points, per: '1h' } as const];
  const limiter = new RedisRateLimiter({ host: '127.0.0.1', port, prefix, limits, onUnavailable: 'deny' });
  await limiter.start();
  return async (index) => {
    const { source, allowed } = await limiter.consume(keyOf(index));
    if (source !== 'redis') throw new Error('Redis did not decide');
    return allowed;
  };
}

async function peerLimiter(
  port: number,
  prefix: string,
  points: number,
  keyOf: (index: number) => string,
): Promise<Operation> {
  const storeClient = await clientOf(port);
  const { RateLimiterRedis } = await import(PEERS.limiter as string);
  const limiter = new RateLimiterRedis({
    storeClient,
    useRedisPackage: true,
    keyPrefix: prefix,
    points,
    duration: HOUR_S,
  });
  return async (index) => {
    try {
      return await limiter.consume(keyOf(index));
    } catch (denial) {
      if (denial instanceof Error) throw denial;
      return undefined;
    }
  };
}
