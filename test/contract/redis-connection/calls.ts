import { createHash } from 'node:crypto';
import type { CallOptions, RedisScript } from '../../../src/interfaces/redis-command.js';
import type { IRedisConnection } from '../../../src/interfaces/redis-connection.js';
import { all } from '../expectations.js';

/** A method that asks a server for something. */
export type CallName =
  | 'execute'
  | 'pipeline'
  | 'transaction'
  | 'script'
  | 'blocking'
  | 'subscribe'
  | 'scan'
  | 'ping'
  | 'info';

type Call = (connection: IRedisConnection, space: string, options?: CallOptions) => Promise<unknown>;

/** Waiting time of the call of `blocking`. */
export const BLOCK_MS = 50;

/** A script and its SHA-1. */
export function scriptOf(source: string): RedisScript {
  return { source, digest: createHash('sha1').update(source).digest('hex') };
}

const INCREMENT = scriptOf("return redis.call('INCR', KEYS[1])");

/** Counts how often something was executed. */
export const counterOf = (space: string): string => `${space}counter`;
/** Key of the list from which a blocking call pops. */
export const listOf = (space: string): string => `${space}{list}`;

/** One call of each method; those that can count. A pipeline rejects here with the error that is in its place. */
export const everyCall: Readonly<Record<CallName, Call>> = {
  execute: (connection, space, options) => {
    const key = counterOf(space);
    return connection.execute(['INCR', key], { ...options, keys: [key] });
  },
  pipeline: async (connection, space, options) => {
    const key = counterOf(space);
    const [result] = await connection.pipeline([{ command: ['INCR', key], keys: [key] }], options);
    if (result instanceof Error) throw result;
    return result;
  },
  transaction: (connection, space, options) => {
    const key = counterOf(space);
    return connection.transaction([['INCR', key]], { ...options, keys: [key] });
  },
  script: (connection, space, options) => connection.script(INCREMENT, [counterOf(space)], [], options),
  blocking: (connection, space, { signal, reply } = {}) => {
    const key = listOf(space);
    const command = ['BLPOP', key, String(BLOCK_MS / 1000)];
    return connection.blocking(command, { signal, reply, block: BLOCK_MS, keys: [key] });
  },
  subscribe: async (connection, space, { signal, timeout } = {}) => {
    const target = { channel: `${space}channel` };
    const subscription = await connection.subscribe(target, () => {}, { signal, timeout });
    await subscription.unsubscribe();
  },
  scan: (connection, space, options) => all(connection.scan(`${space}*`, options)),
  ping: (connection, _, options) => connection.ping(options),
  info: (connection, _, options) => connection.info('server', options),
};

/** The calls that change something, each of which adds one to the counter. */
export const countingCalls = ['execute', 'pipeline', 'transaction', 'script'] as const;
