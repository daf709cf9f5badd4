import { ArgumentError, CodecError } from '../../interfaces/errors.js';
import type { IKeyValue, KeyLife, KeyValueSetOptions } from '../../interfaces/key-value.js';
import type { IRedisConnection } from '../../interfaces/redis-connection.js';
import { textOf } from '../data/key-value/requests.js';
import { describe } from '../foundation/describe.js';

const SECOND_MS = 1000;
/** Time to live of a key without end, and of an absent key, as Redis tells them. */
const ENDLESS = -1;
const ABSENT = -2;

/** Expiry and condition of a write. */
export interface RouteMqSetOptions {
  /** Expiry in seconds. Conflicts with `px`. */
  readonly ex?: number | undefined;
  /** Expiry in milliseconds. */
  readonly px?: number | undefined;
  /** Writes only when the key is absent. Conflicts with `xx`. */
  readonly nx?: boolean | undefined;
  /** Writes only when the key is present. */
  readonly xx?: boolean | undefined;
}

/** Fields of a hash, and their values. */
export interface RouteMqFields {
  readonly mapping: Readonly<Record<string, string | number>>;
}

/** The part of an `ICollectionSite` that is used here; its items are bytes or text. */
export interface RouteMqHashes {
  getHash(name: string): {
    setFields(fields: Iterable<readonly [field: string, value: string | number]>): Promise<number>;
    field(field: string): Promise<unknown>;
    expire(ms: number): Promise<boolean>;
    lifeOf(): Promise<KeyLife>;
    delete(): Promise<boolean>;
  };
}

/** The API of RouteMQ's Redis, by its names and in seconds. */
export interface RouteMqRedis {
  /** Opens the connection. @returns `true` when the server answers. */
  initialize(): Promise<boolean>;
  /** Closes the connection, for all who share it. */
  disconnect(): Promise<void>;
  /** Tells whether the server answers. */
  isEnabled(): boolean;
  /** The client of node-redis; `null` while there is no connection. */
  getClient(): unknown;
  /** Reads text; `null` when the key is absent. */
  get(key: string): Promise<string | null>;
  /** @returns `false` when the condition was not met. */
  set(key: string, value: string | number, options?: RouteMqSetOptions): Promise<boolean>;
  /** Deletes keys, hashes too. @returns the number that was deleted. */
  delete(...keys: string[]): Promise<number>;
  /** Tells whether there is a value or a hash. */
  exists(key: string): Promise<boolean>;
  /** Sets what remains of the life of a value or a hash, in seconds. @returns `false` when there is none. */
  expire(key: string, seconds: number): Promise<boolean>;
  /** Remaining life in seconds, rounded up: at least 1; -1 without end, -2 when the key is absent. */
  ttl(key: string): Promise<number>;
  /** Adds to a counter. @throws {CodecError} when the count is beyond 2^53; `increment` of `IKeyValue` is exact. */
  incr(key: string, amount?: number): Promise<number>;
  /** Sets a field, or several. @returns the number of fields that are new. */
  hset(name: string, field: string, value: string | number): Promise<number>;
  hset(name: string, fields: RouteMqFields): Promise<number>;
  /** Reads a field as text; `null` when it is absent. */
  hget(name: string, field: string): Promise<string | null>;
  /** Writes plain JSON. @returns `false` when the condition was not met. */
  setJson(key: string, value: unknown, options?: RouteMqSetOptions): Promise<boolean>;
  /** Reads JSON; `undefined` when the key is absent, which a stored `null` is not. */
  getJson<T = unknown>(key: string): Promise<T | undefined>;
}

/**
 * RouteMQ's Redis over values by key and hashes: the same calls, in seconds. A condition that is not met is `false`, a
 * combination that makes no sense an `ArgumentError`, and a failure a typed error; RouteMQ answers the same to all three.
 *
 * @param collections  For `hset` and `hget`, with the codec `bytes` or `text`.
 * @param connection  For `initialize`, `disconnect`, `isEnabled` and `getClient`.
 */
export function redisManager(
  keyValue: IKeyValue,
  collections: RouteMqHashes,
  connection: IRedisConnection,
): RouteMqRedis {
  const hash = (name: string) => collections.getHash(name);
  return {
    initialize: async () => {
      await connection.start();
      return connection.status === 'ready';
    },
    disconnect: () => connection.close(),
    isEnabled: () => connection.status === 'ready',
    getClient: () => connection.client ?? null,
    get: async (key) => (await keyValue.getText(key)) ?? null,
    set: async (key, value, options) => keyValue.set(key, value, setOptions(options)),
    delete: async (...keys) => {
      const values = await keyValue.delete(...keys);
      const hashes = await Promise.all([...new Set(keys)].map((key) => hash(key).delete()));
      return values + hashes.filter(Boolean).length;
    },
    exists: async (key) => (await keyValue.exists(key)) || (await hash(key).lifeOf()).state !== 'absent',
    expire: async (key, seconds) => {
      const ms = milliseconds(seconds, SECOND_MS);
      return (await keyValue.expire(key, ms)) || hash(key).expire(ms);
    },
    ttl: async (key) => {
      const life = await keyValue.lifeOf(key);
      return secondsOf(life.state === 'absent' ? await hash(key).lifeOf() : life);
    },
    incr: async (key, amount) => {
      const count = Number(await keyValue.increment(key, amount));
      if (Number.isSafeInteger(count)) return count;
      throw new CodecError('E_DECODE', 'the count is beyond 2^53: use increment of IKeyValue');
    },
    hset: async (name: string, field: string | RouteMqFields, value?: string | number) =>
      hash(name).setFields(fieldsOf(field, value)),
    hget: async (name, field) => itemText(await hash(name).field(field)),
    setJson: async (key, value, options) => keyValue.setJson(key, value, setOptions(options)),
    getJson: <T>(key: string) => keyValue.getJson<T>(key),
  };
}

function setOptions({ ex, px, nx = false, xx = false }: RouteMqSetOptions = {}): KeyValueSetOptions {
  if (ex !== undefined && px !== undefined) throw new ArgumentError('ex conflicts with px: give one of them');
  if (nx && xx) throw new ArgumentError('nx conflicts with xx: no write could meet both');
  const [time, unitMs] = ex === undefined ? [px, 1] : [ex, SECOND_MS];
  return {
    expire: time === undefined ? undefined : milliseconds(time, unitMs),
    when: nx ? 'absent' : xx ? 'present' : undefined,
  };
}

function milliseconds(time: unknown, unitMs: number): number {
  if (typeof time !== 'number') throw new ArgumentError(`expected a time as a number, got ${describe(time)}`);
  return time * unitMs;
}

function secondsOf(life: KeyLife): number {
  if (life.state === 'expiring') return Math.ceil(life.remainingMs / SECOND_MS);
  return life.state === 'absent' ? ABSENT : ENDLESS;
}

function fieldsOf(
  field: string | RouteMqFields,
  value: string | number | undefined,
): [string, string | number][] {
  if (typeof field === 'object') return Object.entries(field.mapping);
  if (value === undefined) throw new ArgumentError('expected a value for the field, or { mapping }');
  return [[field, value]];
}

function itemText(value: unknown): string | null {
  if (value === undefined) return null;
  return value instanceof Uint8Array ? textOf(value) : String(value);
}
