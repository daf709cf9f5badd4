import { forgetsWhenItFails } from './failure-flaws.js';
import { change, declared, mutant, type TypedMutant } from './flaws.js';

const ANSWERS = {
  delete: false,
  deleteMany: 0,
  expire: false,
  invalidateTags: undefined,
  clear: undefined,
} as const;
const NAMES = ['delete', 'deleteMany', 'expire', 'invalidateTags', 'clear'] as const;

export const typedCoverMutants: readonly TypedMutant[] = NAMES.flatMap((name) => [
  mutant(
    `the error of a failed ${name} names the cache and the call`,
    'passes the error of the store on',
    change(name, (original) => async (...args) => {
      try {
        return await original(...args);
      } catch (error) {
        throw (error as Error).cause;
      }
    }),
  ),
  mutant(
    `${name} that does not reach the store resolves with invalidation: cover, and is in effect in this process`,
    'ignores the option',
    declared(({ invalidation: _, ...others }) => others),
  ),
  mutant(
    `${name} that did not reach the store is repeated with invalidation: cover, for other processes too`,
    'forgets the invalidation',
    forgetsWhenItFails(name, () => ANSWERS[name]),
  ),
]);
