import { OperationError } from '../../../src/interfaces/errors.js';
import { type KeyValueMutant, mutant } from './flaws.js';

const PROCESSES = 'another process has the same values, and a condition holds among all';
const PROGRAMS = 'another program reads values and JSON under their keys, and writes them';
const TYPES = 'a key that holds another type of value is refused by every read, and never absent';
const WHOLE = 'a value in parts is read whole while others replace it, with or without the option';
const MOVES = 'no command moves more than a chunk of a value, and a value in parts is one key';

/** Flaws that only others can see. */
export const sharedMutants: readonly KeyValueMutant[] = [
  mutant(PROCESSES, 'decides on conditions by itself', ({ values }) => ({
    set: async (key, value, { when, ...options } = {}) => {
      if (when === 'absent' && (await values.exists(key))) return false;
      return values.set(key, value, options);
    },
  })),
  mutant(PROGRAMS, 'wraps JSON in an envelope', ({ values }) => ({
    setJson: (key, value, options) => values.setJson(key, { version: 1, value }, options),
    getJson: async <T>(key: string) => (await values.getJson<{ value: T }>(key))?.value,
  })),
  mutant(TYPES, 'takes another type of value for absence', ({ values }) => ({
    getMany: async (keys) => {
      const one = (key: string) =>
        values.get(key).catch((error: unknown) => {
          if (OperationError.is(error) && error.reason === 'WRONGTYPE') return undefined;
          throw error;
        });
      return Promise.all(keys.map(one));
    },
  })),
  mutant(WHOLE, 'reads a value in two steps', ({ values }) => ({
    getMany: async (keys) => {
      const before = await values.getMany(keys);
      const after = await values.getMany(keys);
      return before.map((value, index) => {
        const half = (value?.byteLength ?? 0) >> 1;
        return value && Buffer.concat([value.subarray(0, half), after[index]?.subarray(half) ?? value]);
      });
    },
  })),
  mutant(MOVES, 'stores every value in one piece', ({ values, twin }) => ({
    set: (key, value, options) => twin().set(key, value, options),
    count: () => values.count(),
  })),
];
