import { createHash } from 'node:crypto';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { RedisCommand, RedisReply, RedisScript } from '../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { storedText } from './template.js';

/** Arguments of a task, and the server that it asks. */
export interface RedisCall {
  readonly connection: IRedisConnection;
  readonly signal: AbortSignal;
  readonly values: Readonly<Record<string, unknown>>;
  /** Seconds of the `redis_expire` that follows with the same key, and belongs into the same step of the server. */
  readonly seconds?: unknown;
}

/** A task of Redis. */
export interface RedisTask {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly outputs: readonly string[];
  run(call: RedisCall): Promise<Record<string, unknown>>;
}

/** Adds to a counter, and gives it a life if it has none: a counter never lives for ever. */
const INCREMENT = script(`
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])`);
/** Sets fields and the life of a hash. */
const SET_FIELDS = script(`
local added = redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return added`);

/** The tasks of Redis by their names. */
export const REDIS_TASKS: Readonly<Record<string, RedisTask>> = {
  redis_get: {
    ...{ required: ['key'], optional: [], outputs: ['value', 'exists'] },
    run: async (call) => {
      const value = await execute(call, ['GET', keyOf(call)]);
      return { value, exists: value !== null };
    },
  },
  redis_set: {
    ...{ required: ['key', 'value'], optional: ['ex'], outputs: ['success'] },
    run: async (call) => {
      const { value, ex } = call.values;
      const life = ex === undefined || ex === null ? [] : ['PX', millisecondsOf(ex, 'ex')];
      return { success: (await execute(call, ['SET', keyOf(call), storedText(value), ...life])) === 'OK' };
    },
  },
  redis_delete: {
    ...{ required: ['keys'], optional: [], outputs: ['deleted_count'] },
    run: async (call) => ({ deleted_count: await count(call, 'UNLINK') }),
  },
  redis_exists: {
    ...{ required: ['keys'], optional: [], outputs: ['count', 'exists'] },
    run: async (call) => {
      const found = await count(call, 'EXISTS');
      return { count: found, exists: found > 0 };
    },
  },
  redis_expire: {
    ...{ required: ['key', 'seconds'], optional: [], outputs: ['success'] },
    run: async (call) => {
      const ms = millisecondsOf(call.values.seconds, 'seconds');
      return { success: (await execute(call, ['PEXPIRE', keyOf(call), ms])) === 1 };
    },
  },
  redis_incr: {
    ...{ required: ['key'], optional: ['amount'], outputs: ['value'] },
    run: async (call) => {
      const { amount = 1 } = call.values;
      if (!/^-?\d{1,19}$/.test(storedText(amount))) {
        throw new ArgumentError(`expected an integer as amount, got ${describe(amount)}`);
      }
      const key = keyOf(call);
      const reply =
        call.seconds === undefined
          ? await execute(call, ['INCRBY', key, storedText(amount)], 'exact')
          : await evaluate(call, INCREMENT, key, [
              storedText(amount),
              millisecondsOf(call.seconds, 'seconds'),
            ]);
      const value = BigInt(String(reply));
      return { value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
    },
  },
  redis_hgetall: {
    ...{ required: ['key'], optional: [], outputs: ['hash'] },
    run: async (call) => {
      const words = (await execute(call, ['HGETALL', keyOf(call)])) as readonly RedisReply[];
      const hash: Record<string, unknown> = Object.create(null);
      for (let at = 0; at < words.length; at += 2) hash[String(words[at])] = words[at + 1];
      return { hash };
    },
  },
  redis_hset: {
    ...{ required: ['key', 'mapping'], optional: [], outputs: ['fields_set'] },
    run: async (call) => {
      const { mapping } = call.values;
      if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
        throw new ArgumentError(`expected a map of fields as mapping, got ${describe(mapping)}`);
      }
      const words = Object.entries(mapping).flatMap(([field, value]) => [field, storedText(value)]);
      const key = keyOf(call);
      const life = call.seconds === undefined ? undefined : millisecondsOf(call.seconds, 'seconds');
      if (words.length === 0) return { fields_set: 0 };
      const reply =
        life === undefined
          ? await execute(call, ['HSET', key, ...words])
          : await evaluate(call, SET_FIELDS, key, [life, ...words]);
      return { fields_set: Number(reply) };
    },
  },
};

function script(source: string): RedisScript {
  return Object.freeze({ source, digest: createHash('sha1').update(source).digest('hex') });
}

function keyOf({ values }: RedisCall): string {
  const { key } = values;
  const text = typeof key === 'number' ? String(key) : key;
  checkKey(text);
  return text;
}

/** Milliseconds of a number of seconds, which may be text from the inputs. */
function millisecondsOf(seconds: unknown, what: string): string {
  const number = typeof seconds === 'string' && /^\d+$/.test(seconds) ? Number(seconds) : seconds;
  if (typeof number !== 'number' || !(number > 0)) {
    throw new ArgumentError(`expected a number of seconds above zero as ${what}, got ${describe(seconds)}`);
  }
  return String(requireDurationMs(number * 1000));
}

async function count(call: RedisCall, command: string): Promise<number> {
  const { keys } = call.values;
  if (!Array.isArray(keys)) throw new ArgumentError(`expected a list of keys, got ${describe(keys)}`);
  const names = new Set<string>();
  for (const key of keys) {
    checkKey(key);
    names.add(key);
  }
  if (names.size === 0) return 0;
  const groups = call.connection.sharded ? [...names].map((name) => [name]) : [[...names]];
  const counts = await Promise.all(groups.map((group) => execute(call, [command, ...group])));
  return counts.reduce<number>((sum, each) => sum + Number(each), 0);
}

function execute(
  { connection, signal }: RedisCall,
  command: RedisCommand,
  reply: 'text' | 'exact' = 'text',
): Promise<RedisReply> {
  return connection.execute(command, { keys: command.slice(1, 2), signal, reply });
}

function evaluate(
  { connection, signal }: RedisCall,
  { source, digest }: RedisScript,
  key: string,
  words: readonly string[],
): Promise<RedisReply> {
  return connection.script({ source, digest }, [key], words, { signal, reply: 'text' });
}
