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
];
