import { createClient, RESP_TYPES } from 'redis';
import { RedisCache } from '../../src/index.js';
import { BareSocket } from './bare-socket.js';

const HOUR_S = 3600;

/** A way to use Redis: bytes by key, for an hour. */
export interface Way {
  get(key: string): Promise<unknown>;
  set(key: string, value: Buffer): Promise<unknown>;
}

/** Every way that is measured; all answer Buffers. `ours` copies small ones, and so does the bare socket. */
export const WAYS = {
  ours,
  'node-redis': (port: number) => nodeRedis(port, {}),
  'node-redis, timeout 0': (port: number) => nodeRedis(port, { timeout: 0 }),
  /** The same once more: how far it is from itself is the noise of the machine. */
  'the same again': (port: number) => nodeRedis(port, { timeout: 0 }),
  /**
   * node-redis writes until the socket asks it to wait, which is after 16 KiB: two values of 10 KiB, then it waits for
   * `drain`. With room for more it writes what there is in one go.
   */
  'timeout 0, 1 MiB of room': (port: number) =>
    nodeRedis(port, { timeout: 0 }, { writableHighWaterMark: 1024 ** 2 }),
  /** Reads of one turn as one MGET: as much as an application can do with the same client in twenty lines. */
  'MGET by hand': mgetByHand,
  ioredis,
  'bare socket': bareSocket,
} as const satisfies Record<string, (port: number) => Promise<Way>>;

export type WayName = keyof typeof WAYS;

async function ours(port: number): Promise<Way> {
  const cache = new RedisCache({ host: '127.0.0.1', port, failureMode: 'throw' });
  await cache.start();
  return {
    get: (key) => cache.getValue(key),
    set: (key, value) => cache.setValue(key, value, '1h'),
  };
}

async function mgetByHand(port: number): Promise<Way> {
  const client = await clientOf(port, { timeout: 0 });
  let batch: { key: string; resolve: (value: unknown) => void; reject: (error: unknown) => void }[] = [];
  const flush = async (): Promise<void> => {
    const asked = batch;
    batch = [];
    try {
      const values = await client.mGet(asked.map(({ key }) => key));
      for (const [index, { resolve }] of asked.entries()) resolve(values[index]);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };
  return {
    get: (key) =>
      new Promise((resolve, reject) => {
        if (batch.length === 0) process.nextTick(flush);
        batch.push({ key, resolve, reject });
      }),
    set: (key, value) => client.setEx(key, HOUR_S, value),
  };
}

async function nodeRedis(port: number, options: { timeout?: number }, room = {}): Promise<Way> {
  const client = await clientOf(port, options, room);
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.setEx(key, HOUR_S, value),
  };
}

/** Sets the type mapping as an option: a client of `withTypeMapping` needs much more CPU per call. */
async function clientOf(port: number, options: { timeout?: number }, room = {}) {
  const client = createClient({
    socket: { host: '127.0.0.1', port, ...room },
    commandOptions: { ...options, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
  });
  client.on('error', () => undefined); // Outages are what one of the benchmarks is about.
  await client.connect();
  return client;
}

async function ioredis(port: number): Promise<Way> {
  const name = 'ioredis'; // In a variable: this folder's package has it, not ours.
  const { Redis } = await import(name);
  const client = new Redis({ host: '127.0.0.1', port });
  client.on('error', () => undefined);
  await new Promise((resolve) => client.once('ready', resolve));
  return {
    get: (key) => client.getBuffer(key),
    set: (key, value) => client.setex(key, HOUR_S, value),
  };
}

async function bareSocket(port: number): Promise<Way> {
  const bare = await BareSocket.open(port);
  return { get: (key) => bare.get(key), set: (key, value) => bare.setEx(key, HOUR_S, value) };
}
