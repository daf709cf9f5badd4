import { type Mutant, mutant, replace } from '../mutant.js';

export const orderMutants: readonly Mutant[] = [
  mutant(
    'calls on one key that are not awaited take effect in the order of the calls',
    'stores values in a later turn of the event loop',
    (store) =>
      replace(store, 'setValue', (set) => async (...args) => {
        await new Promise<void>((resolve) => void setImmediate(resolve));
        return set(...args);
      }),
  ),
  mutant(
    'a bulk call leaves what later calls have changed',
    'sends the second half of a bulk call later',
    (store) =>
      replace(store, 'setValues', (set) => async (entries, expire) => {
        const whole = Array.isArray(entries) ? entries : [];
        await set(whole.slice(0, whole.length / 2), expire);
        await new Promise<void>((resolve) => void setImmediate(resolve));
        return set(whole.slice(whole.length / 2), expire);
      }),
  ),
  mutant(
    'clear leaves what later calls have stored',
    'begins to clear in a later turn of the event loop',
    (store) =>
      replace(store, 'clear', (clear) => async (pattern) => {
        await new Promise<void>((resolve) => void setImmediate(resolve));
        return clear(pattern);
      }),
  ),
  mutant(
    'a later setExpiry saves no entry from a bulk removal, and counts for a bulk set',
    'takes a later setExpiry for a change that a removal must not undo',
    (store) => {
      const changed = new Set<string>();
      replace(store, 'setExpiry', (setExpiry) => (key, expire) => {
        changed.add(key);
        return setExpiry(key, expire);
      });
      replace(store, 'deleteValues', (deleteValues) => async (keys) => {
        await new Promise<void>((resolve) => void setImmediate(resolve));
        return deleteValues(keys.filter((key) => !changed.has(key)));
      });
    },
  ),
];
