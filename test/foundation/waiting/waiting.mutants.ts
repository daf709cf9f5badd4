import { abortError } from '../../../src/implements/foundation/waiting/abort-error.js';
import { pause } from '../../../src/implements/foundation/waiting/pause.js';
import { Wait } from '../../../src/implements/foundation/waiting/wait.js';
import { unlessAborted, within } from '../../../src/implements/foundation/waiting/within.js';
import type { IClock } from '../../../src/interfaces/clock.js';
import type { Waiting } from './waiting-world.js';

/** Ways to wait that are wrong in one respect. */
export interface WaitingMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  readonly flaw: string;
  readonly replaced: Partial<Waiting>;
}

const ENDLESS = Number.POSITIVE_INFINITY;

/** A clock whose timers are changed on the way. */
const clockWith = (clock: IClock, change: Partial<IClock>): IClock => ({
  now: () => clock.now(),
  schedule: (ms, task, options) => clock.schedule(ms, task, options),
  ...change,
});

const uncancelled = (clock: IClock): IClock =>
  clockWith(clock, {
    schedule: (ms, task, options) => {
      clock.schedule(ms, task, options);
      return { cancel: () => undefined };
    },
  });

/** A signal whose listeners stay. */
const clinging = (signal: AbortSignal | undefined): AbortSignal | undefined => {
  signal?.addEventListener('abort', () => undefined);
  return signal;
};

const LATE_ERROR = 'a late result is ignored, and a late error causes no unhandled rejection';
const LISTENERS = 'no listener is left on the signal, however the wait ends';
const TIMERS = 'no timer is left, however the wait ends';
const ABORTS = 'an abort ends the wait with E_ABORTED and its reason as the cause';
const SAID = 'an abort ends the wait with the value or error that its caller chooses';
const EARLIER = 'a signal that has already aborted ends the wait at once, and sets no timer';
const NOTHING = 'a time of zero or less accepts a settled result, and ends any other wait';
const ALIVE = 'a timer that a caller awaits keeps the process alive';

export const waitingMutants: readonly WaitingMutant[] = [
  {
    breaks: 'a promise that settles in time passes its value or its error on',
    flaw: 'takes an error for the end of the time',
    replaced: {
      within: (clock, ms, promise, ends) =>
        within(
          clock,
          ms,
          promise.catch(() => ends.late()),
          ends,
        ),
    },
  },
  {
    breaks: 'a deadline that has passed ends the wait with the value or error of its caller',
    flaw: 'rejects where a value was meant',
    replaced: {
      within: (clock, ms, promise, ends) =>
        within(clock, ms, promise, {
          ...ends,
          late: () => {
            throw ends.late();
          },
        }),
    },
  },
  {
    breaks: 'a deadline that has passed ends the wait with the value or error of its caller',
    flaw: 'ends half way',
    replaced: { within: (clock, ms, promise, ends) => within(clock, ms / 2, promise, ends) },
  },
  {
    breaks: ABORTS,
    flaw: 'hears no signal',
    replaced: { within: (clock, ms, promise, { late }) => within(clock, ms, promise, { late }) },
  },
  {
    breaks: ABORTS,
    flaw: 'loses the reason',
    replaced: {
      unlessAborted: (promise, signal) =>
        unlessAborted(promise, signal, () => {
          throw abortError(undefined);
        }),
    },
  },
  {
    breaks: ABORTS,
    flaw: 'takes an abort for the end of a pause',
    replaced: {
      pause: (clock, ms, { signal } = {}) => pause(clock, ms, { signal, aborted: () => undefined }),
    },
  },
  {
    breaks: SAID,
    flaw: 'throws all the same',
    replaced: {
      within: (clock, ms, promise, { late, signal }) => within(clock, ms, promise, { late, signal }),
    },
  },
  {
    breaks: EARLIER,
    flaw: 'hears of later aborts only',
    replaced: {
      pause: (clock, ms, ends = {}) => pause(clock, ms, ends.signal?.aborted === true ? {} : ends),
    },
  },
  {
    breaks: EARLIER,
    flaw: 'sets its timer first',
    replaced: {
      within: (clock, ms, promise, ends) => {
        clock.schedule(ms, () => undefined).cancel();
        return within(clock, ms, promise, ends);
      },
    },
  },
  {
    breaks: 'the first end counts: a later value, error, abort or timer changes nothing',
    flaw: 'counts an error that comes after a value',
    replaced: {
      newWait: <T>() => {
        const wait = new Wait<T>();
        let error: unknown;
        wait.reject = (given) => {
          error = given;
        };
        const result = wait.result.then((value) => {
          if (error !== undefined) throw error;
          return value;
        });
        return Object.assign(wait, { result });
      },
    },
  },
  {
    breaks: LATE_ERROR,
    flaw: 'leaves the promise alone once the wait has ended',
    replaced: {
      unlessAborted: (promise, signal, aborted) =>
        signal?.aborted === true
          ? Promise.reject(abortError(signal))
          : unlessAborted(promise, signal, aborted),
    },
  },
  {
    breaks: LATE_ERROR,
    flaw: 'handles values only',
    replaced: {
      bounded: (clock, ms, task) =>
        new Promise((resolve) => {
          void task.then(() => resolve(true));
          clock.schedule(ms, () => resolve(false), { keepAlive: true });
        }),
    },
  },
  {
    breaks: LISTENERS,
    flaw: 'leaves one after a result',
    replaced: {
      within: (clock, ms, promise, ends) =>
        within(clock, ms, promise, { ...ends, signal: clinging(ends.signal) }),
    },
  },
  {
    breaks: LISTENERS,
    flaw: 'leaves one after a pause',
    replaced: {
      pause: (clock, ms, ends = {}) => pause(clock, ms, { ...ends, signal: clinging(ends.signal) }),
    },
  },
  {
    breaks: 'a signal has one listener for all waits, and each of them ends when it aborts',
    flaw: 'listens by itself',
    replaced: {
      unlessAborted: (promise, signal) => unlessAborted(promise, signal && clinging(signal)),
    },
  },
  {
    breaks: 'a wait takes any signal that has aborted and addEventListener',
    flaw: 'knows the signals of Node only',
    replaced: {
      unlessAborted: (promise, signal) =>
        unlessAborted(promise, signal instanceof AbortSignal ? signal : undefined),
    },
  },
  {
    breaks: TIMERS,
    flaw: 'leaves that of a result in time',
    replaced: { within: (clock, ms, promise, ends) => within(uncancelled(clock), ms, promise, ends) },
  },
  {
    breaks: TIMERS,
    flaw: 'leaves that of a pause cut short',
    replaced: { pause: (clock, ms, ends) => pause(uncancelled(clock), ms, ends) },
  },
  {
    breaks: NOTHING,
    flaw: 'takes no time for no bound',
    replaced: {
      within: (clock, ms, promise, ends) => within(clock, ms > 0 ? ms : ENDLESS, promise, ends),
    },
  },
  {
    breaks: NOTHING,
    flaw: 'is late at once',
    replaced: {
      within: async (clock, ms, promise, ends) => (ms > 0 ? within(clock, ms, promise, ends) : ends.late()),
    },
  },
  {
    breaks: 'a wait without a bound and without a signal is the promise itself',
    flaw: 'wraps it',
    replaced: { within: async (clock, ms, promise, ends) => within(clock, ms, promise, ends) },
  },
  {
    breaks: 'an endless time sets no timer',
    flaw: 'sets the longest one',
    replaced: {
      within: (clock, ms, promise, ends) => within(clock, Math.min(ms, 2 ** 31 - 1), promise, ends),
    },
  },
  {
    breaks: ALIVE,
    flaw: 'lets the process end under a pause',
    replaced: {
      pause: (clock, ms, ends) =>
        pause(clockWith(clock, { schedule: (delayMs, task) => clock.schedule(delayMs, task) }), ms, ends),
    },
  },
  {
    breaks: 'a pause lasts its time and no longer',
    flaw: 'waits a little less',
    replaced: { pause: (clock, ms, ends) => pause(clock, ms - 1, ends) },
  },
  {
    breaks: 'a bounded wait tells whether the task ended in time, and throws what it threw',
    flaw: 'takes a failure for an end in time',
    replaced: {
      bounded: (clock, ms, task) =>
        within(
          clock,
          ms,
          task.then(
            () => true,
            () => true,
          ),
          { late: () => false },
        ),
    },
  },
  {
    breaks: 'a clean-up runs once at the end, or at once when the wait has already ended',
    flaw: 'forgets what is added after the end',
    replaced: {
      newWait: <T>() => {
        const wait = new Wait<T>();
        const onEnd = wait.onEnd.bind(wait);
        let ended = false;
        onEnd(() => {
          ended = true;
        });
        wait.onEnd = (cleanUp) => {
          if (!ended) onEnd(cleanUp);
        };
        return wait;
      },
    },
  },
  {
    breaks: 'concurrent calls return their results in order',
    flaw: 'gives them in the order of their ends',
    replaced: {
      allOrFirstFailure: (async (calls: readonly Promise<unknown>[]) => {
        const results: unknown[] = [];
        await Promise.all(calls.map(async (call) => results.push(await call)));
        return results;
      }) as Waiting['allOrFirstFailure'],
    },
  },
  {
    breaks: 'concurrent calls have all ended before the first failure in order is thrown',
    flaw: 'throws the first one that happens',
    replaced: {
      allOrFirstFailure: ((calls: readonly Promise<unknown>[]) =>
        Promise.all(calls)) as unknown as Waiting['allOrFirstFailure'],
    },
  },
];
