import { setTimeout as sleep } from 'node:timers/promises';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import { type KeyValueMutant, mutant } from './flaws.js';

const READ = 'a value is read as it was written, and an empty one is not an absent one';
const TEXT = 'text is written as UTF-8, and a number as its decimal text';
const UTF8 = 'bytes that are not UTF-8 are refused as text, and stay';
const APART = 'bytes of a caller and bytes of the store are apart';
const ABSENT = '`when: absent` writes where there is no value, and changes nothing where there is one';
const PRESENT = '`when: present` writes where there is a value, and nothing where there is none';
const MANY = '`getMany` answers in the order of the keys, for each as often as it is named';
const SET_MANY = '`setMany` gives each entry its own life, and of a key named twice writes the last';
const DELETE = '`delete` counts the keys that it deleted, each once';
const COUNT = '`countExisting` counts the different keys of a list that have a value';
const CHUNK = 'a value that is larger than a chunk is as any other';
const ORDER = 'calls of one turn take effect in their order';
const EXPIRES = 'a value expires when its life is over, to the millisecond of what was asked';
const KEEP = 'a write without a life removes the one before, and `keepExpire` keeps what remains of it';
const LIFE = '`lifeOf` tells absent, persistent and expiring keys apart';
const EXPIRE = '`expire` sets the life of a value, and none where there is no value';
const PERSIST = '`persist` removes the life of a value, and tells if there was one';
const TOUCH = '`getAndExpire` reads a value and sets its life in one step';
const STARTS = 'a counter starts at nothing, adds each call once, and keeps its life';
const EXACT = 'a counter is exact to 64 bits, and refuses what is beyond them';
const INTEGER = 'a value that is not an integer is refused as a counter, and stays';
const CREATION = 'the life of a counter begins when it is created, and no later call prolongs it';
const JSON_READ = 'JSON is read as it was written, and a stored `null` is not an absent key';
const NO_JSON = 'a value that JSON does not represent is refused, and nothing is stored';
const JSON_STAYS = 'a value that is not JSON is refused as JSON, and stays';

/** Flaws of values, lives, counters and JSON. */
export const valueMutants: readonly KeyValueMutant[] = [
  mutant(READ, 'takes an empty value for an absent one', ({ values }) => ({
    get: async (key) => {
      const value = await values.get(key);
      return value?.byteLength === 0 ? undefined : value;
    },
  })),
  mutant(TEXT, 'writes numbers as eight bytes', ({ values }) => ({
    set: (key, value, options) =>
      values.set(
        key,
        typeof value === 'number' ? new Uint8Array(Float64Array.of(value).buffer) : value,
        options,
      ),
  })),
  mutant(UTF8, 'replaces bytes that are not UTF-8', ({ values }) => ({
    getText: async (key) => {
      const value = await values.get(key);
      return value && Buffer.from(value).toString();
    },
  })),
  mutant(APART, 'writes the bytes that there are a moment later', ({ values }) => ({
    set: async (key, value, options) => {
      await Promise.resolve();
      return values.set(key, value, options);
    },
  })),
  mutant(APART, 'answers a key that is named twice with the same bytes', ({ values }) => ({
    getMany: async (keys) => {
      const distinct = [...new Set(keys)];
      const found = await values.getMany(distinct);
      return keys.map((key) => found[distinct.indexOf(key)]);
    },
  })),
  mutant(ABSENT, 'looks first and writes then', ({ values }) => ({
    set: async (key, value, { when, ...options } = {}) => {
      if (when === 'absent' && (await values.exists(key))) return false;
      return values.set(key, value, options);
    },
  })),
  mutant(ABSENT, 'prolongs the life of a value that it does not write', ({ values }) => ({
    set: async (key, value, options) => {
      const isSet = await values.set(key, value, options);
      if (!isSet && options?.expire !== undefined) await values.expire(key, options.expire);
      return isSet;
    },
  })),
  mutant(PRESENT, 'writes whatever there is', ({ values }) => ({
    set: (key, value, { when, ...options } = {}) =>
      values.set(key, value, when === 'present' ? options : { ...options, when }),
  })),
  mutant(MANY, 'leaves out the absent ones', ({ values }) => ({
    getMany: async (keys) => (await values.getMany(keys)).filter((value) => value !== undefined),
  })),
  mutant(SET_MANY, 'gives all entries one life', ({ values }) => ({
    setMany: (entries, options) =>
      values.setMany(
        [...entries].map(([key, value]) => [key, value]),
        options,
      ),
  })),
  mutant(SET_MANY, 'writes the first of two', ({ values }) => ({
    setMany: (entries, options) => values.setMany([...entries].reverse(), options),
  })),
  mutant(DELETE, 'counts the keys that it was given', ({ values }) => ({
    delete: async (...keys) => {
      await values.delete(...keys);
      return keys.length;
    },
  })),
  mutant(COUNT, 'counts a key as often as it is named', ({ values }) => ({
    countExisting: async (keys) => {
      let count = 0;
      for (const key of keys) if (await values.exists(key)) count += 1;
      return count;
    },
  })),
  mutant(CHUNK, 'cuts off what is larger', ({ values }) => ({
    get: async (key) => (await values.get(key))?.subarray(0, 1024),
  })),
  mutant(ORDER, 'reads a moment later', ({ values }) => ({
    getText: async (key) => {
      await sleep(5);
      return values.getText(key);
    },
  })),
  mutant(EXPIRES, 'cuts off what is below a second', ({ values }) => ({
    set: (key, value, options) =>
      values.set(
        key,
        value,
        typeof options?.expire === 'number'
          ? { expire: Math.floor(options.expire / 1000) * 1000 - 5000 }
          : options,
      ),
  })),
  mutant(EXPIRES, 'never lets a value expire', ({ values }) => ({
    set: (key, value, { expire: _, ...options } = {}) => values.set(key, value, options),
  })),
  mutant(KEEP, 'keeps the life without being asked', ({ values }) => ({
    set: (key, value, options) =>
      values.set(key, value, options?.expire === undefined ? { ...options, keepExpire: true } : options),
  })),
  mutant(KEEP, 'forgets to keep the life', ({ values }) => ({
    set: (key, value, { keepExpire: _, ...options } = {}) => values.set(key, value, options),
  })),
  mutant(LIFE, 'reports a persistent key as absent', ({ values }) => ({
    lifeOf: async (key) => {
      const life = await values.lifeOf(key);
      return life.state === 'persistent' ? { state: 'absent' } : life;
    },
  })),
  mutant(EXPIRE, 'answers true for an absent key', ({ values }) => ({
    expire: async (key, duration) => {
      await values.expire(key, duration);
      return true;
    },
  })),
  mutant(PERSIST, 'answers if there is a value', ({ values }) => ({
    persist: async (key) => {
      await values.persist(key);
      return values.exists(key);
    },
  })),
  mutant(TOUCH, 'does not renew the life', ({ values }) => ({
    getAndExpire: (key, _duration) => values.get(key),
  })),
  mutant(STARTS, 'reads first and writes then', ({ values }) => ({
    increment: async (key, by = 1, options) => {
      const before = BigInt((await values.getText(key)) ?? 0);
      await values.set(key, String(before + BigInt(by)), options);
      return before + BigInt(by);
    },
  })),
  mutant(EXACT, 'counts in doubles', ({ values }) => ({
    increment: async (key, by, options) => BigInt(Number(await values.increment(key, by, options))),
  })),
  mutant(INTEGER, 'takes what is no integer for 0', ({ values }) => ({
    increment: async (key, by = 1, options) => {
      const text = await values.getText(key);
      if (text !== undefined && !/^-?\d+$/.test(text)) await values.set(key, 0, { keepExpire: true });
      return values.increment(key, by, options);
    },
  })),
  mutant(CREATION, 'prolongs the life with every call', ({ values }) => ({
    increment: async (key, by, options) => {
      const sum = await values.increment(key, by, options);
      if (options?.expire !== undefined) await values.expire(key, options.expire);
      return sum;
    },
  })),
  mutant(JSON_READ, 'takes a stored null for an absent key', ({ values }) => ({
    getJson: async <T>(key: string) => (await values.getJson<T>(key)) ?? undefined,
  })),
  mutant(NO_JSON, 'writes what JSON.stringify makes of it', ({ values }) => ({
    setJson: async (key, value, options) => {
      try {
        return await values.setJson(key, value, options);
      } catch (error) {
        if (ArgumentError.is(error)) throw error;
        return values.set(key, JSON.stringify(value) ?? 'null', options);
      }
    },
  })),
  mutant(JSON_STAYS, 'takes what is not JSON for an absent value', ({ values }) => ({
    getJson: async <T>(key: string) => values.getJson<T>(key).catch(() => undefined),
  })),
];
